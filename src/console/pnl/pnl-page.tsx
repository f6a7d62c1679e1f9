export default function Page() {
  return <h1>pnl</h1>
}
