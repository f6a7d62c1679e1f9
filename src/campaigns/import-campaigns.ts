import { setImmediate as turn } from 'node:timers/promises'
import { AppError, badInput } from '../kernel/errors.js'
import type { CampaignDraft } from './campaign.js'
import { type CampaignLine, readCampaignLine } from './import-line.js'
import { error, info, type Remark, type RemarkLevel } from './import-remark.js'
import type { SaveCampaign } from './save-campaign.js'

export interface ImportNote {
  /** From 1. */
  readonly line: number
  readonly campaignId: string | null
  readonly level: RemarkLevel
  readonly message: string
}

export interface ImportReport {
  /** Campaigns. */
  readonly saved: number
  /** Lines. */
  readonly refused: number
  readonly notes: readonly ImportNote[]
}

export const IMPORT_BYTES_MAX = 5 * 1024 * 1024
const LINES_MAX = 10_000
/** Parsing a few filters takes a millisecond; the event loop goes on between. */
const LINES_A_TURN = 20

const CLOCKS =
  'of all lines: start_date and end_date were compared with the clock of the machine there, both exclusive; here with the time of the event, which may be that of the start'

interface Candidate {
  readonly line: number
  readonly draft: CampaignDraft
}

/** Takes over the campaigns of the Kafka/Flink demo. What cannot be taken is refused line by line. */
export class ImportCampaigns {
  constructor(private readonly campaigns: SaveCampaign) {}

  async importLines(text: string, by: string): Promise<ImportReport> {
    const notes = new Notes()
    const candidates = await this.read(linesOf(text), notes)
    const outcomes = await this.campaigns.saveAll(
      candidates.map(({ draft }) => draft),
      by,
    )
    let saved = 0
    for (const [i, { line, draft }] of candidates.entries()) {
      const outcome = outcomes[i]!
      if (outcome instanceof AppError) notes.add(line, draft.id, [error(outcome.message)])
      else if (saved++ === 0) notes.add(line, null, [info(CLOCKS)])
      if ('version' in outcome && outcome.version > 1) notes.add(line, draft.id, [replacing(outcome.version)])
    }
    return { saved, ...notes.report() }
  }

  /** What is to be saved: of each id the last line that can be taken. */
  private async read(lines: readonly string[], notes: Notes): Promise<Candidate[]> {
    const byId = new Map<string, Candidate>()
    for (const [i, text] of lines.entries()) {
      if (i % LINES_A_TURN === 0) await turn()
      if (text.trim() === '') continue
      const line = i + 1
      const { campaignId, draft, remarks }: CampaignLine = readCampaignLine(text)
      notes.add(line, campaignId, remarks)
      if (draft === null) continue
      const earlier = byId.get(draft.id)
      if (earlier)
        notes.add(earlier.line, draft.id, [info(`not saved: line ${line} has the same campaign_id, and the last wins`)])
      byId.delete(draft.id)
      byId.set(draft.id, { line, draft })
    }
    return [...byId.values()]
  }
}

const replacing = (version: number): Remark =>
  info(
    `replaces version ${version - 1} of this campaign: its name, offer, maxTriggersPerPlayer and cooldown do not stay`,
  )

function linesOf(text: string): string[] {
  const bytes = Buffer.byteLength(text)
  if (bytes > IMPORT_BYTES_MAX) throw badInput('lines', `may have at most ${IMPORT_BYTES_MAX} bytes, got ${bytes}`)
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/, LINES_MAX + 2)
  if (lines.at(-1) === '') lines.pop()
  if (lines.length > LINES_MAX) throw badInput('lines', `may be at most ${LINES_MAX}, got more`)
  return lines
}

class Notes {
  private readonly notes: ImportNote[] = []
  private readonly refusedLines = new Set<number>()

  add(line: number, campaignId: string | null, remarks: readonly Remark[]): void {
    for (const remark of remarks) {
      if (remark.level === 'ERROR') this.refusedLines.add(line)
      this.notes.push({ line, campaignId, ...remark })
    }
  }

  report(): Pick<ImportReport, 'refused' | 'notes'> {
    return { refused: this.refusedLines.size, notes: this.notes.toSorted((a, b) => a.line - b.line) }
  }
}
