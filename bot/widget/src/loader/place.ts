// Where the widget stands in the host page, and that it stays there when a single-page app draws its page anew.

/** Beside the body, so that a body that is exchanged leaves it alone; or in the element that the site names. */
export function keepIn(host: HTMLElement, selector: string | undefined): void {
  const place = () => {
    const home = selector ? document.querySelector(selector) : document.documentElement;
    if (home && host.parentNode !== home) home.append(host);
  };
  place();
  new MutationObserver(() => {
    if (!host.isConnected) place();
  }).observe(document.documentElement, { childList: true, subtree: selector !== undefined });
  followKeyboard(host);
}

/** On a phone the panel fills what the keyboard leaves free, or the composer would lie behind the keys. */
function followKeyboard(host: HTMLElement): void {
  const seen = window.visualViewport;
  const fit = () => {
    host.style.setProperty("--top", `${seen!.offsetTop}px`);
    host.style.setProperty("--high", `${seen!.height}px`);
  };
  for (const event of ["resize", "scroll"]) seen?.addEventListener(event, fit);
}
