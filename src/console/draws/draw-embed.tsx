import { Copy } from './copy'

/** How the casino shows a player its tickets. */
export function DrawEmbed({ drawId }: { readonly drawId: string }) {
  const page = new URL(`./ticket.html?draw=${encodeURIComponent(drawId)}`, location.href).href
  const frame = `<iframe src="${page}#token=..." title="Your tickets"></iframe>`
  return (
    <details class="card draw-embed">
      <summary>Show it to players</summary>
      <div class="stack tight">
        <p class="small">
          A page of its own shows a player's tickets live. Put it into a frame of your site, with the player's token
          behind <code>#token=</code>, and name your site's origin in <code>EMBED_ORIGINS</code>.
        </p>
        <pre>{frame}</pre>
        <p>
          <Copy text={frame} what="the frame" />
        </p>
      </div>
    </details>
  )
}
