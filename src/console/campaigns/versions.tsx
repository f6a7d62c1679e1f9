import { useEffect, useState } from 'preact/hooks'
import { useQuery } from '../api/use-query'
import { Badge } from '../parts/badge'
import { SelectField } from '../parts/field'
import { countText } from '../parts/numbers'
import { Empty, Failed, Loading } from '../parts/states'
import { type Column, Table } from '../parts/table'
import { Time } from '../parts/time'
import { timeText } from '../parts/times'
import { CampaignVersionsDocument, type CampaignVersionWholeFragment } from './campaigns.generated'
import { VersionDiff } from './version-diff'

type Version = CampaignVersionWholeFragment

/** As many as the API gives at once. */
const FIRST = 100
const FIRST_MAX = 500

interface VersionsProps {
  readonly id: string
  /** The one that stands: the list is read again when it changes. */
  readonly version: number
}

export function Versions({ id, version }: VersionsProps) {
  const [first, setFirst] = useState(FIRST)
  const { data, problem, reload } = useQuery(CampaignVersionsDocument, { id, first })
  const known = data?.campaign?.version ?? version
  useEffect(() => {
    if (known < version) reload()
  }, [known, version])
  const versions = data?.campaign?.versions ?? []
  if (data === null) {
    return problem === null ? (
      <Loading what="Loading the versions" />
    ) : (
      <Failed what="The versions cannot be shown." problem={problem} retry={reload} />
    )
  }
  return (
    <div class="stack">
      <Comparison key={versions[0]?.version} versions={versions} />
      <section class="card stack tight" aria-labelledby="versions-title">
        <h2 id="versions-title">All versions</h2>
        <Table
          caption="Versions, newest first"
          columns={COLUMNS}
          rows={versions}
          keyOf={one => one.version}
          minWidth="44rem"
        />
        {versions.length < version && (
          <div class="row between small muted more">
            <span>
              The newest {countText(versions.length)} of {countText(version)}
            </span>
            {first < FIRST_MAX && (
              <button type="button" onClick={() => setFirst(FIRST_MAX)}>
                Show more
              </button>
            )}
          </div>
        )}
      </section>
    </div>
  )
}

function Comparison({ versions }: { readonly versions: readonly Version[] }) {
  const [newer, setNewer] = useState(String(versions[0]?.version))
  const [older, setOlder] = useState(String(versions[1]?.version))
  const find = (version: string) => versions.find(one => String(one.version) === version)
  const before = find(older)
  const after = find(newer)
  const options = versions.map(
    one => [String(one.version), `Version ${one.version}, ${timeText(one.savedAt)}, ${one.savedBy}`] as const,
  )
  return (
    <section class="card stack" aria-labelledby="compared-title">
      <h2 id="compared-title">What changed</h2>
      {before === undefined || after === undefined ? (
        <Empty title="There is one version only">The next save makes a second one to compare it with.</Empty>
      ) : (
        <>
          <div class="versions-chosen">
            <SelectField label="From" value={older} options={options} onChange={setOlder} />
            <SelectField label="To" value={newer} options={options} onChange={setNewer} />
          </div>
          <VersionDiff before={before} after={after} />
        </>
      )}
    </section>
  )
}

const COLUMNS: readonly Column<Version>[] = [
  { title: 'Version', width: '5.5rem', numeric: true, cell: one => one.version },
  { title: 'Saved', width: '11rem', cell: one => <Time at={one.savedAt} seconds /> },
  { title: 'By', width: '12rem', cell: one => one.savedBy },
  {
    title: 'State',
    width: '5rem',
    cell: one => (one.enabled ? <Badge tone="good">on</Badge> : <Badge>off</Badge>),
  },
  { title: 'Filter', cell: one => <span class="mono">{one.filter}</span> },
]
