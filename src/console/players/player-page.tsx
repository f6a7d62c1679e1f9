export default function Page() {
  return <h1>player</h1>
}
