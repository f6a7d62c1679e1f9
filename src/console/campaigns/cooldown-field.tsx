import { useId } from 'preact/hooks'
import { Field } from '../parts/field'
import type { Cooldown, CooldownUnit } from './cooldown'

interface CooldownFieldProps {
  readonly value: Cooldown
  readonly onChange: (cooldown: Cooldown) => void
  readonly problem: string | undefined
}

const UNITS: readonly CooldownUnit[] = ['seconds', 'minutes', 'hours', 'days']

export function CooldownField({ value, onChange, problem }: CooldownFieldProps) {
  const unitId = useId()
  return (
    <Field label="Cooldown" hint="After a trigger, per player. Empty: none." problem={problem}>
      {attributes => (
        <div class="cooldown">
          <input
            {...attributes}
            inputMode="numeric"
            autocomplete="off"
            placeholder="none"
            value={value.amount}
            onInput={event => onChange({ ...value, amount: event.currentTarget.value })}
          />
          <label class="unseen" for={unitId}>
            Unit of the cooldown
          </label>
          <select
            id={unitId}
            value={value.unit}
            onChange={event => onChange({ ...value, unit: event.currentTarget.value as CooldownUnit })}
          >
            {UNITS.map(unit => (
              <option key={unit}>{unit}</option>
            ))}
          </select>
        </div>
      )}
    </Field>
  )
}
