import { Field } from '../parts/field'
import type { DurationEntry, DurationUnit } from './durations'

interface DurationFieldProps {
  readonly label: string
  readonly value: DurationEntry
  readonly onChange: (value: DurationEntry) => void
  readonly hint?: string
  readonly problem?: string | null
}

const UNITS: readonly DurationUnit[] = ['minutes', 'hours']

/** A number and its unit. */
export function DurationField({ label, value, onChange, hint, problem }: DurationFieldProps) {
  return (
    <Field label={label} hint={hint} problem={problem}>
      {attributes => (
        <div class="admin-duration">
          <input
            {...attributes}
            type="number"
            required
            min={1}
            step={1}
            value={value.count}
            onInput={event => onChange({ ...value, count: event.currentTarget.value })}
          />
          <select
            aria-label={`${label}, unit`}
            value={value.unit}
            onChange={event => onChange({ ...value, unit: event.currentTarget.value as DurationUnit })}
          >
            {UNITS.map(unit => (
              <option key={unit} value={unit}>
                {unit}
              </option>
            ))}
          </select>
        </div>
      )}
    </Field>
  )
}
