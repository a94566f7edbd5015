/** In place of a page whose messages cannot be loaded, and therefore in English. */
export function NotLoaded() {
  return (
    <div className="splash" role="alert">
      <h1>Studyhall</h1>
      <p className="failed">The page could not be loaded.</p>
      <button type="button" className="button primary" onClick={() => location.reload()}>
        Try again
      </button>
    </div>
  );
}
