import { useState } from 'preact/hooks'
import { request } from '../api/request'
import { useAction } from '../api/use-action'
import { SelectField, TextField } from '../parts/field'
import { countText } from '../parts/numbers'
import { Refusal } from '../parts/states'
import { instantOfInput, localInput } from '../parts/times'
import { PreviewCampaignDocument, type PreviewCampaignQuery } from './campaigns.generated'
import type { Draft } from './draft'
import { PreviewResult } from './preview-result'

const HOUR_MS = 3_600_000

const SPANS = [
  ['1', 'Last hour'],
  ['24', 'Last 24 hours'],
  ['168', 'Last 7 days'],
  ['720', 'Last 30 days'],
  ['own', 'From ... to ...'],
] as const

const SAMPLES = [
  ['5', '5 events'],
  ['20', '20 events'],
  ['50', '50 events'],
] as const

type Span = (typeof SPANS)[number][0]
type Samples = (typeof SAMPLES)[number][0]

/** Instants, or the texts of their inputs. */
interface Range {
  readonly from: string
  readonly to: string
}

const lastHours = (hours: number): Range => ({
  from: new Date(Date.now() - hours * HOUR_MS).toISOString(),
  to: new Date().toISOString(),
})

const typed = ({ from, to }: Range): Range => ({ from: localInput(from), to: localInput(to) })

/** The form lets nothing through that is no time. */
const instants = ({ from, to }: Range): Range => ({ from: instantOfInput(from)!, to: instantOfInput(to)! })

/** What of a draft a preview is of. */
const keyOf = ({ filter, game, eventName }: Draft): string => JSON.stringify([filter, game, eventName])

interface Shown {
  readonly preview: PreviewCampaignQuery['previewCampaign']
  readonly key: string
}

interface PreviewProps {
  readonly draft: Draft
  /** Null where it is not saved yet. */
  readonly campaignId: string | null
}

/** Shows the filter to what has happened, before it is saved. */
export function Preview({ draft, campaignId }: PreviewProps) {
  const [span, setSpan] = useState<Span>('24')
  const [own, setOwn] = useState(() => typed(lastHours(24)))
  const [samples, setSamples] = useState<Samples>('5')
  const [shown, setShown] = useState<Shown | null>(null)
  const action = useAction(async () => {
    const range = span === 'own' ? instants(own) : lastHours(Number(span))
    const { filter, game, eventName } = draft
    const asked = { filter, game, eventName, ...range, samples: Number(samples) }
    const { previewCampaign } = await request(PreviewCampaignDocument, asked)
    setShown({ preview: previewCampaign, key: keyOf(draft) })
  })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    void action.run()
  }
  const timeField = (label: string, field: keyof Range) => (
    <TextField
      label={label}
      value={own[field]}
      onChange={text => setOwn({ ...own, [field]: text })}
      input={{ type: 'datetime-local', required: true }}
    />
  )
  const isUsable = draft.game.trim() !== '' && draft.eventName.trim() !== ''
  return (
    <section class="card stack tight" aria-labelledby="preview-title">
      <h2 id="preview-title">Preview on what has happened</h2>
      <p class="muted small">
        The filter alone, as it is written above, on stored events of the game and the name of the campaign. Nothing is
        triggered.
      </p>
      <form class="stack tight" onSubmit={submit}>
        <div class="preview-asked">
          <SelectField label="Time" value={span} options={SPANS} onChange={setSpan} />
          {span === 'own' && timeField('From', 'from')}
          {span === 'own' && timeField('To', 'to')}
          <SelectField label="Show" value={samples} options={SAMPLES} onChange={setSamples} />
          <button type="submit" disabled={action.busy || !isUsable}>
            {action.busy ? 'Looking ...' : 'Preview'}
          </button>
        </div>
        {!isUsable && <p class="muted small">Give the game and the event name first.</p>}
        <Refusal problem={action.problem} />
      </form>
      <p class="unseen" role="status">
        {action.busy ? 'Looking ...' : shown !== null && summaryOf(shown.preview)}
      </p>
      {shown !== null && (
        <PreviewResult preview={shown.preview} isOutdated={shown.key !== keyOf(draft)} campaignId={campaignId} />
      )}
    </section>
  )
}

const summaryOf = ({ matches, eventsScanned }: Shown['preview']): string =>
  `${countText(matches)} of ${countText(eventsScanned)} events ${matches === 1 ? 'matches' : 'match'}`
