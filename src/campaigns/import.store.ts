import type { Queryable } from '../storage/database.js'

/** Whether this database can hold any. */
export const hasCampaigns = async (db: Queryable): Promise<boolean> => {
  const [row] = await db.rows<{ there: boolean }>(
    "/* hasCampaigns */ SELECT to_regclass('campaign') IS NOT NULL AS there",
  )
  return row!.there
}
