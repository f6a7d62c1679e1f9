import { useState } from 'preact/hooks'
import { request } from '../api/request'
import { useAction } from '../api/use-action'
import { Badge, type Tone } from '../parts/badge'
import { Dialog } from '../parts/dialog'
import { Field } from '../parts/field'
import { countText } from '../parts/numbers'
import { Refusal } from '../parts/states'
import { href } from '../shell/route'
import { ImportCampaignsDocument, type ImportCampaignsMutation } from './campaigns.generated'

type Report = ImportCampaignsMutation['importCampaigns']

interface ImportDialogProps {
  readonly onImported: () => void
  readonly onClose: () => void
}

/** Takes over campaigns of the Kafka/Flink demo, and tells what of them is another here. */
export function ImportDialog({ onImported, onClose }: ImportDialogProps) {
  const [lines, setLines] = useState('')
  const [report, setReport] = useState<Report | null>(null)
  const action = useAction(async () => {
    const { importCampaigns } = await request(ImportCampaignsDocument, { lines })
    setReport(importCampaigns)
    onImported()
  })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    void action.run()
  }
  return (
    <Dialog title="Import campaigns" onClose={onClose} wide busy={action.busy}>
      {report === null ? (
        <form class="stack" onSubmit={submit}>
          <p>
            Campaigns that are enabled there trigger from the next batch of events on. One whose id is here already gets
            a new version. A line that cannot be taken is left out, the others are saved.
          </p>
          <Field label="File" hint="JSON lines, at most 10,000 of 5 MB in all.">
            {attributes => (
              <input
                {...attributes}
                type="file"
                accept=".ndjson,.jsonl,.json,.txt"
                onChange={async ({ currentTarget: { files } }) => setLines((await files?.[0]?.text()) ?? '')}
              />
            )}
          </Field>
          <Field label="Lines" hint="One campaign a line, as the Kafka/Flink demo has them.">
            {attributes => (
              <textarea
                {...attributes}
                rows={8}
                spellcheck={false}
                value={lines}
                onInput={event => setLines(event.currentTarget.value)}
              />
            )}
          </Field>
          <Refusal problem={action.problem} />
          <div class="row">
            <button type="submit" class="primary" disabled={action.busy || lines.trim() === ''}>
              Import
            </button>
            <button type="button" disabled={action.busy} onClick={onClose}>
              Cancel
            </button>
          </div>
        </form>
      ) : (
        <ImportReport report={report} onClose={onClose} />
      )}
    </Dialog>
  )
}

const TONES: Readonly<Record<string, Tone>> = { ERROR: 'bad', WARNING: 'warn', INFO: 'accent' }

function ImportReport({ report: { saved, refused, notes }, onClose }: { report: Report; onClose: () => void }) {
  return (
    <div class="stack">
      <p role="status">
        <strong>{countText(saved)}</strong> {saved === 1 ? 'campaign is' : 'campaigns are'} saved,{' '}
        <strong>{countText(refused)}</strong> {refused === 1 ? 'line was' : 'lines were'} refused.
      </p>
      {notes.length > 0 && (
        <ul class="import-notes" aria-label="Notes">
          {notes.map(({ line, campaignId, level, message }, i) => (
            <li key={`${line}-${i}`}>
              <Badge tone={TONES[level]}>{level.toLowerCase()}</Badge>
              <span>
                Line {line}
                {campaignId !== null && (
                  <>
                    , <a href={href('campaigns', campaignId)}>{campaignId}</a>
                  </>
                )}
                : {message}
              </span>
            </li>
          ))}
        </ul>
      )}
      <div class="row">
        <button type="button" class="primary" onClick={onClose}>
          Done
        </button>
      </div>
    </div>
  )
}
