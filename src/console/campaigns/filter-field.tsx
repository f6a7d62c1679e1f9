import { useMemo } from 'preact/hooks'
import { useQuery } from '../api/use-query'
import { Deferred } from '../parts/deferred'
import { FilterTypesDocument } from './campaigns.generated'
import type { FilterCheck } from './filter-check'
import { type FilterTypes, parseFilterTypes } from './filter-types'

const NO_TYPES: FilterTypes = new Map()
const LABEL = 'Filter'
const load = () => import('./filter-editor')

interface FilterFieldProps {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly check: FilterCheck
}

/** Where the filter is written, and what the server says of it. */
export function FilterField({ value, onChange, check }: FilterFieldProps) {
  const { data } = useQuery(FilterTypesDocument, {})
  const types = useMemo(() => (data === null ? NO_TYPES : parseFilterTypes(data.filterTypes)), [data])
  const place = check.state === 'refused' ? check.place : null
  return (
    <div class="stack tight">
      <div class="row between">
        <h2>{LABEL}</h2>
        <span class="muted small">a JavaScript function of one event; only the boolean true matches</span>
      </div>
      <div class={`filter-frame ${place === null ? '' : 'refused'}`}>
        <Deferred load={load} label={LABEL} value={value} onChange={onChange} refused={place} types={types} />
      </div>
      <div class="filter-said" role="status" data-state={check.state}>
        {place !== null && (
          <p class="problem">
            Line {place.line}, column {place.column}: {place.reason}
          </p>
        )}
        {check.state === 'fine' && <p class="filter-fine">✓ The filter can run.</p>}
      </div>
      <p class="muted small">
        <kbd>Ctrl</kbd> <kbd>Space</kbd> proposes what the event has. <kbd>Tab</kbd> leaves the editor; <kbd>Ctrl</kbd>{' '}
        <kbd>]</kbd> and <kbd>Ctrl</kbd> <kbd>[</kbd> indent.
      </p>
    </div>
  )
}
