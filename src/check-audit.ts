import { hasAuditLog } from './audit/audit.store.js'
import { checkChain } from './audit/check-chain.js'
import { type Command, runCommand } from './command.js'

/** `npm run audit`: recomputes the chain of the audit log. 1 where an entry, or the end of it, is not as it was made. */
const checkAudit: Command = async (db, _config, print) => {
  if (!(await hasAuditLog(db))) {
    print('this database has no audit log yet: npm run migrate makes it')
    return 1
  }
  const { entries, head, fault } = await checkChain(db)
  print(fault === null ? `audit: ${entries} entries, chain intact, head ${head}` : `audit: ${fault}`)
  return fault === null ? 0 : 1
}

await runCommand(checkAudit)
