import { problemOf } from '../api/problem'
import { send } from '../api/request'
import type { PnlGrain } from '../api/schema.generated'

export type ExportFormat = 'csv' | 'parquet'

interface Asked {
  readonly from: string
  readonly to: string
  readonly grain: PnlGrain
  readonly game: string | null
}

/** Throws a Problem where the server gives no file. */
export async function exportPnl({ game, ...asked }: Asked, format: ExportFormat): Promise<void> {
  const query = new URLSearchParams({ ...asked, format })
  if (game !== null) query.set('games', game)
  const response = await send(`./export/pnl?${query}`, {})
  if (!response.ok) throw problemOf([await refusalOf(response)])
  const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1]
  save(await response.blob(), name ?? `pnl.${format}`)
}

async function refusalOf(response: Response): Promise<{ message: string; extensions: Record<string, unknown> }> {
  const answer = (await response.json().catch(() => ({}))) as { error?: { message?: string } }
  const { message = `The server answered ${response.status}.`, ...extensions } = answer.error ?? {}
  return { message, extensions }
}

/** A link alone would not carry the token. */
function save(file: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = name
  link.click()
  // The browser has taken it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
