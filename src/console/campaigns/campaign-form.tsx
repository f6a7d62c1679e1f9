import { CheckField, Field, TextField } from '../parts/field'
import { CooldownField } from './cooldown-field'
import type { Draft, DraftProblems } from './draft'

interface CampaignFormProps {
  readonly id: string
  readonly draft: Draft
  readonly change: (changes: Partial<Draft>) => void
  readonly problems: DraftProblems
  readonly isNew: boolean
  readonly readOnly: boolean
  readonly onSubmit: (event: SubmitEvent) => void
}

const ID_PATTERN = '[A-Za-z0-9_.:\\-]{1,100}'
const TIME = { type: 'datetime-local' } as const

/** All of a campaign beside its filter. */
export function CampaignForm({ id, draft, change, problems, isNew, readOnly, onSubmit }: CampaignFormProps) {
  return (
    <form id={id} onSubmit={onSubmit}>
      <fieldset class="campaign-form stack" disabled={readOnly}>
        <section class="card stack" aria-labelledby="what-title">
          <h2 id="what-title">What it is</h2>
          {isNew && (
            <TextField
              label="Id"
              hint="Letters, digits and _ . : - . It stays for good."
              value={draft.id}
              onChange={text => change({ id: text })}
              problem={problems.id}
              input={{ required: true, pattern: ID_PATTERN, maxLength: 100 }}
            />
          )}
          <TextField
            label="Name"
            value={draft.name}
            onChange={name => change({ name })}
            problem={problems.name}
            input={{ required: true, maxLength: 200 }}
          />
          <div class="fields">
            <TextField
              label="Game"
              hint="As events have it, to the letter."
              value={draft.game}
              onChange={game => change({ game })}
              problem={problems.game}
              input={{ required: true, maxLength: 200 }}
            />
            <TextField
              label="Event name"
              hint="As events have it, to the letter."
              value={draft.eventName}
              onChange={eventName => change({ eventName })}
              problem={problems.eventName}
              input={{ required: true, maxLength: 200 }}
            />
          </div>
        </section>
        <section class="card stack" aria-labelledby="when-title">
          <h2 id="when-title">When, and how often</h2>
          <div class="fields">
            <TextField
              label="Starts"
              hint="Of the event's time. Without it, it never matches."
              value={draft.startsAt}
              onChange={startsAt => change({ startsAt })}
              problem={problems.startsAt}
              input={TIME}
            />
            <TextField
              label="Ends"
              hint="Events from then on do not match."
              value={draft.endsAt}
              onChange={endsAt => change({ endsAt })}
              problem={problems.endsAt}
              input={TIME}
            />
          </div>
          <div class="fields">
            <TextField
              label="At most, per player"
              hint="Over all versions. Empty: no bound."
              value={draft.maxTriggersPerPlayer}
              onChange={maxTriggersPerPlayer => change({ maxTriggersPerPlayer })}
              problem={problems.maxTriggersPerPlayer}
              input={{ inputMode: 'numeric', placeholder: 'no bound' }}
            />
            <CooldownField
              value={draft.cooldown}
              onChange={cooldown => change({ cooldown })}
              problem={problems.cooldown}
            />
          </div>
          <div>
            <CheckField label="Switched on" checked={draft.enabled} onChange={enabled => change({ enabled })} />
            {problems.enabled && <p class="problem small">{problems.enabled}</p>}
          </div>
        </section>
        <section class="card stack" aria-labelledby="offer-title">
          <h2 id="offer-title">What the player gets</h2>
          <Field label="Offer" hint="Any JSON; handed on with every trigger." problem={problems.offer}>
            {attributes => (
              <textarea
                {...attributes}
                rows={5}
                spellcheck={false}
                value={draft.offer}
                placeholder={'{ "kind": "FREE_SPINS", "spins": 20 }'}
                onInput={event => change({ offer: event.currentTarget.value })}
              />
            )}
          </Field>
        </section>
      </fieldset>
    </form>
  )
}
