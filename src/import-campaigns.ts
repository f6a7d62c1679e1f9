import { readFile, stat } from 'node:fs/promises'
import { AuditTrail } from './audit/audit-trail.js'
import { hasCampaigns } from './campaigns/campaign.store.js'
import { IMPORT_BYTES_MAX, ImportCampaigns, type ImportNote } from './campaigns/import-campaigns.js'
import { SaveCampaign } from './campaigns/save-campaign.js'
import { type Command, runCommand } from './command.js'

/** Who saves where nobody has a token. */
const BY = 'campaigns:import'

/** `npm run campaigns:import FILE`: JSON lines of the Kafka/Flink demo's campaigns. 1 where a line was refused. */
const importFile =
  (file: string): Command =>
  async (db, _config, print) => {
    const { size } = await stat(file)
    if (size > IMPORT_BYTES_MAX) {
      print(`${file} has ${size} bytes, and may have at most ${IMPORT_BYTES_MAX}`)
      return 1
    }
    const lines = await readFile(file, 'utf8')
    if (!(await hasCampaigns(db))) {
      print('this database has no campaigns yet: npm run migrate makes their tables')
      return 1
    }
    const campaigns = new SaveCampaign(db, new AuditTrail(Date.now), Date.now)
    const { saved, refused, notes } = await new ImportCampaigns(campaigns).importLines(lines, BY)
    for (const note of notes) print(shown(note))
    print(
      `${refused === 0 ? 'OK' : 'REFUSED'}: ${counted(saved, 'campaign')} saved, ${counted(refused, 'line')} refused`,
    )
    return refused === 0 ? 0 : 1
  }

const shown = ({ line, campaignId, level, message }: ImportNote): string =>
  `line ${line}${campaignId === null ? '' : ` (${campaignId})`}: ${level}: ${message}`

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

const file = process.argv[2]
if (file === undefined) {
  process.stderr.write('usage: npm run campaigns:import FILE\n')
  process.exitCode = 1
} else await runCommand(importFile(file))
