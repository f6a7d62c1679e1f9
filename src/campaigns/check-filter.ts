import { AppError } from '../kernel/errors.js'
import { type CompiledFilter, compileFilter } from './filter/filter.js'
import { FilterRefused } from './filter/filter-problem.js'

/** Throws BAD_USER_INPUT with the place and the reason, which editors show where it is. */
export function checkFilter(source: string): CompiledFilter {
  try {
    return compileFilter(source)
  } catch (refusal) {
    if (!(refusal instanceof FilterRefused)) throw refusal
    const { line, column, reason } = refusal
    throw new AppError('BAD_USER_INPUT', `filter is refused at ${refusal.message}`, {
      field: 'filter',
      line,
      column,
      reason,
    })
  }
}
