import { ByteWriter, type ColumnSource, ParquetWriter, type SchemaElement } from 'hyparquet-writer'
import { MONEY_DECIMALS } from '../kernel/money.js'
import type { BucketPages } from '../pnl/export-pnl.js'
import { holdPercentOf, type PnlBucket } from '../pnl/pnl-bucket.js'

const DECIMAL_DIGITS = 38
const DECIMAL_BYTES = 16

const text = (name: string): SchemaElement => ({
  name,
  type: 'BYTE_ARRAY',
  converted_type: 'UTF8',
  logical_type: { type: 'STRING' },
  repetition_type: 'OPTIONAL',
})
const decimal = (name: string): SchemaElement => ({
  name,
  type: 'FIXED_LEN_BYTE_ARRAY',
  type_length: DECIMAL_BYTES,
  converted_type: 'DECIMAL',
  logical_type: { type: 'DECIMAL', precision: DECIMAL_DIGITS, scale: MONEY_DECIMALS },
  precision: DECIMAL_DIGITS,
  scale: MONEY_DECIMALS,
  repetition_type: 'REQUIRED',
})

const ggrOf = ({ turnover, payouts }: PnlBucket): bigint => turnover - payouts

interface Column {
  readonly element: SchemaElement
  readonly cellOf: (bucket: PnlBucket) => string | bigint | number | null
}

const COLUMNS: readonly Column[] = [
  { element: text('game'), cellOf: ({ game }) => game },
  { element: text('game_type'), cellOf: ({ gameType }) => gameType },
  { element: text('competition'), cellOf: ({ competition }) => competition },
  {
    element: {
      name: 'bucket_start',
      type: 'INT64',
      converted_type: 'TIMESTAMP_MILLIS',
      logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
      repetition_type: 'REQUIRED',
    },
    cellOf: ({ bucketStart }) => BigInt(bucketStart),
  },
  { element: { name: 'bets', type: 'INT64', repetition_type: 'REQUIRED' }, cellOf: ({ bets }) => BigInt(bets) },
  { element: decimal('turnover'), cellOf: ({ turnover }) => turnover },
  { element: decimal('payouts'), cellOf: ({ payouts }) => payouts },
  { element: decimal('ggr'), cellOf: ggrOf },
  {
    element: { name: 'hold_percent', type: 'DOUBLE', repetition_type: 'OPTIONAL' },
    cellOf: bucket => holdPercentOf(bucket.turnover, ggrOf(bucket)),
  },
]
const SCHEMA: SchemaElement[] = [
  { name: 'pnl', num_children: COLUMNS.length },
  ...COLUMNS.map(({ element }) => element),
]

/** A row group for each page, sent as soon as it is encoded; what stays in memory until the end is their places. */
export async function* parquetOf(pages: BucketPages): AsyncGenerator<Buffer> {
  const writer = new ByteWriter()
  const parquet = new ParquetWriter({ writer, schema: SCHEMA, createdBy: 'tidemark' })
  for await (const page of pages) {
    const columnData: ColumnSource[] = COLUMNS.map(({ element, cellOf }) => ({
      name: element.name,
      data: page.map(cellOf),
    }))
    await parquet.write({ columnData, rowGroupSize: page.length })
    yield taken(writer)
  }
  await parquet.finish()
  yield taken(writer)
}

function taken(writer: ByteWriter): Buffer {
  const bytes = Buffer.from(writer.getBytes())
  writer.index = 0
  return bytes
}
