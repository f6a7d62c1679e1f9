import type { Problem } from '../api/problem'
import type { PrizeKind } from '../api/schema.generated'
import { SelectField, TextField } from '../parts/field'
import type { PrizeDraft } from './prize-draft'
import { refusalAt } from './refusal'

const KINDS = [
  ['CASH', 'Cash'],
  ['BONUS', 'Bonus'],
  ['FREE_SPINS', 'Free spins'],
  ['MESSAGE', 'Message'],
] as const satisfies readonly (readonly [PrizeKind, string])[]

interface PrizeFieldsProps {
  readonly prize: PrizeDraft
  readonly onChange: (prize: PrizeDraft) => void
  /** Its name in the API, e.g. "prizes[1]". */
  readonly field: string
  readonly problem: Problem | null
  /** The default prize is there for everybody. */
  readonly counted: boolean
}

export function PrizeFields({ prize, onChange, field, problem, counted }: PrizeFieldsProps) {
  return (
    <div class="draw-prize-fields">
      <TextField
        label="Name"
        value={prize.name}
        onChange={name => onChange({ ...prize, name })}
        input={{ required: true, maxLength: 200 }}
        problem={refusalAt(problem, `${field}.name`)}
      />
      <SelectField
        label="Kind"
        value={prize.kind}
        options={KINDS}
        onChange={kind => onChange({ ...prize, kind })}
        problem={refusalAt(problem, `${field}.kind`)}
      />
      <TextField
        label={prize.kind === 'FREE_SPINS' ? 'Spins' : 'Value'}
        value={prize.value}
        onChange={value => onChange({ ...prize, value })}
        input={{ inputMode: 'decimal', pattern: '\\d+(\\.\\d{1,4})?', placeholder: '0' }}
        problem={refusalAt(problem, `${field}.value`)}
      />
      {counted && (
        <TextField
          label="Pieces"
          value={prize.quantity}
          onChange={quantity => onChange({ ...prize, quantity })}
          input={{ type: 'number', min: 1, step: 1, required: true }}
          problem={refusalAt(problem, `${field}.quantity`)}
        />
      )}
    </div>
  )
}
