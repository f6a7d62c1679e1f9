import { useQuery } from '../api/use-query'
import { countText } from '../parts/numbers'
import { Failed } from '../parts/states'
import { Copy } from './copy'
import { DrawEvidenceDocument, type DrawEvidenceQuery, type DrawFactsFragment } from './draws.generated'

/** What was committed to before the draw, and, once it is made, the proof of it. */
export function DrawFairness({ draw }: { readonly draw: DrawFactsFragment }) {
  const isFrozen = draw.status === 'DRAWN' || draw.status === 'CLOSING'
  const { data, problem, reload } = useQuery(
    DrawEvidenceDocument,
    { id: draw.id },
    { skip: !isFrozen, everyMs: draw.status === 'CLOSING' ? 3_000 : undefined },
  )
  const evidence = data?.drawProof ?? null
  return (
    <section class="card stack tight" aria-labelledby="draw-fairness">
      <h2 id="draw-fairness">Fairness</h2>
      <p class="muted small">
        {draw.status === 'DRAWN'
          ? 'Anybody can compute this draw again from its proof: it names no player.'
          : 'The hash of the secret seed is fixed since the draw was created. Publish it before the draw: afterwards everybody can check that the seed was not exchanged.'}
      </p>
      <dl class="draw-hashes">
        <Hash name="Hash of the seed" text={draw.seedHash} />
        {draw.entropyLabel !== null && <Words name="Public randomness" text={draw.entropyLabel} />}
        {evidence !== null && <Evidence evidence={evidence} />}
      </dl>
      {problem !== null && evidence === null && (
        <Failed what="The proof cannot be shown." problem={problem} retry={reload} />
      )}
      {draw.status === 'DRAWN' && <Proof drawId={draw.id} />}
    </section>
  )
}

function Evidence({ evidence }: { readonly evidence: DrawEvidenceQuery['drawProof'] }) {
  return (
    <>
      {evidence.entriesHash !== null && <Hash name="Hash of the entries" text={evidence.entriesHash} />}
      {evidence.seed !== null && <Hash name="Seed" text={evidence.seed} />}
      {evidence.entropy !== null && <Hash name="Value of the randomness" text={evidence.entropy} />}
      {evidence.seed !== null && <Words name="Algorithm" text={evidence.algorithm} />}
      {evidence.excluded > 0 && <Words name="Left out" text={leftOutText(evidence.excluded)} />}
    </>
  )
}

const leftOutText = (players: number): string =>
  players === 1
    ? '1 suppressed player, with its tickets'
    : `${countText(players)} suppressed players, with their tickets`

function Proof({ drawId }: { readonly drawId: string }) {
  return (
    <>
      <p>
        <a class="button" href={`./draws/${encodeURIComponent(drawId)}/proof`} download={`draw-${drawId}.ndjson`}>
          Download the proof
        </a>
      </p>
      <p class="small">
        To verify it, run <code>npx verify-draw draw-{drawId}.ndjson</code> (or{' '}
        <code>node bin/verify-draw.mjs draw-{drawId}.ndjson</code>): it draws every ticket again and compares every
        award. It needs Node.js alone, and nothing of this server.
      </p>
    </>
  )
}

function Hash({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <div>
      <dt>
        {name} <Copy text={text} what={name} />
      </dt>
      <dd class="mono">{text}</dd>
    </div>
  )
}

function Words({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{text}</dd>
    </div>
  )
}
