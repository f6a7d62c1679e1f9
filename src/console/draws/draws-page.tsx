export default function Page() {
  return <h1>draws</h1>
}
