import { CheckField, TextField } from '../parts/field'
import { DurationField } from './duration-field'
import type { PolicyDraft } from './policy-draft'

/** Those that the server may refuse. */
export const POLICY_FIELDS = ['id', 'name', 'threshold', 'window', 'slide', 'eventTypes'] as const
export type PolicyField = (typeof POLICY_FIELDS)[number]

interface PolicyFieldsProps {
  readonly draft: PolicyDraft
  readonly onChange: (changed: Partial<PolicyDraft>) => void
  readonly isNew: boolean
  readonly problemAt: (field: PolicyField) => string | null
}

export function PolicyFields({ draft, onChange, isNew, problemAt }: PolicyFieldsProps) {
  return (
    <>
      <div class="fields">
        <TextField
          label="Name"
          value={draft.name}
          onChange={name => onChange({ name })}
          problem={problemAt('name')}
          input={{ required: true, maxLength: 200 }}
        />
        <TextField
          label="Id"
          value={draft.id}
          onChange={id => onChange({ id })}
          hint={isNew ? 'Letters, digits and _ . : - ; it stays as it is.' : 'It stays as it is.'}
          problem={problemAt('id')}
          input={{ required: true, maxLength: 100, readOnly: !isNew }}
        />
        <TextField
          label="Threshold"
          value={draft.threshold}
          onChange={threshold => onChange({ threshold })}
          hint="In the base currency, e.g. 1000 or 999.50. Exactly it is not yet above it."
          problem={problemAt('threshold')}
          input={{ required: true, inputMode: 'decimal' }}
        />
        <TextField
          label="Event types"
          value={draft.eventTypes}
          onChange={eventTypes => onChange({ eventTypes })}
          hint="Whose amounts count, with commas between them."
          problem={problemAt('eventTypes')}
          input={{ required: true }}
        />
        <DurationField
          label="Window"
          value={draft.window}
          onChange={window => onChange({ window })}
          hint="How long amounts are summed: a multiple of the slide, at most 24 hours."
          problem={problemAt('window')}
        />
        <DurationField
          label="Slide"
          value={draft.slide}
          onChange={slide => onChange({ slide })}
          hint="How far apart windows begin: a multiple of 5 minutes."
          problem={problemAt('slide')}
        />
      </div>
      <CheckField label="Enabled" checked={draft.enabled} onChange={enabled => onChange({ enabled })} />
    </>
  )
}
