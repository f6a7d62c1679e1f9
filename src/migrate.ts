import { type Command, runCommand } from './command.js'
import { chooseEngine } from './storage/engine.js'
import { migrate } from './storage/migrate.js'

/** `npm run migrate`: brings the database's tables up to this version, and ends. */
const migrateAll: Command = async (db, _config, print) => {
  const engine = await chooseEngine(db)
  const applied = await migrate(db, engine)
  print(engine.description)
  for (const name of applied) print(`applied ${name}`)
  if (applied.length === 0) print('nothing to apply')
  return 0
}

await runCommand(migrateAll)
