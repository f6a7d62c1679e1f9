import { expect, it } from 'vitest'
import { LineBudget } from '../../src/simulate/demo/line-budget.js'

it('allows so many lines in each span of time', () => {
  let now = 1_000_000
  const budget = new LineBudget(2, 5_000, () => now)
  const four = () => Array.from({ length: 4 }, () => budget.allows())
  expect(four()).toEqual([true, true, false, false])
  now += 4_999
  expect(four()).toEqual([false, false, false, false])
  now += 1
  expect(four()).toEqual([true, true, false, false])
})
