// Says whether a socket's tag is seen, without a reload: asks every few seconds, and says when it lost contact.

const POLL_MS = 4000;
const POLL_SEEN_MS = 15000;
const POLL_HIDDEN_MS = 30000;
const POLL_MAX_MS = 60000;
const ANSWER_LIMIT_MS = 8000;
const FAILURES_TOLD_AFTER = 2;

const place = document.querySelector("[data-tag-check]");
if (place) keepLooking(place);

function keepLooking(root) {
  const badge = root.querySelector("[data-badge]");
  const words = root.querySelector("[data-words]");
  const hosts = root.querySelector("[data-hosts]");
  const contact = root.querySelector("[data-contact]");
  const announce = root.querySelector("[data-announce]");
  let failures = 0;
  let isSeen = false;

  async function ask() {
    try {
      const answer = await fetch(root.dataset.stateUrl, {
        headers: { Accept: "application/json" },
        cache: "no-store",
        credentials: "same-origin",
        signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
      });
      if (!answer.ok) throw new Error(String(answer.status));
      show(await answer.json());
      failures = 0;
      contact.hidden = true;
    } catch {
      failures += 1;
      if (failures >= FAILURES_TOLD_AFTER) tellLost();
    }
    window.setTimeout(ask, pause());
  }

  function pause() {
    const usual = document.hidden ? POLL_HIDDEN_MS : isSeen ? POLL_SEEN_MS : POLL_MS;
    return Math.min(usual * 2 ** failures, POLL_MAX_MS);
  }

  function tellLost() {
    if (!contact.hidden) return;
    const at = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    contact.textContent = root.dataset.lost.replace("{clock}", () => at);
    contact.hidden = false;
    announce.textContent = contact.textContent;
  }

  function show(sight) {
    isSeen = sight.kind === "live";
    if (badge.textContent !== sight.badge) announce.textContent = `${sight.badge}. ${sight.words}`;
    badge.textContent = sight.badge;
    badge.className = `tag tag-${sight.kind}`;
    words.textContent = sight.words;
    hosts.hidden = sight.hosts.length === 0;
    hosts.replaceChildren(...sight.hosts.map(line));
  }

  function line(seen) {
    const item = document.createElement("li");
    const host = document.createElement("strong");
    host.textContent = seen.host;
    item.append(host, `, ${seen.words}`);
    return item;
  }

  window.setTimeout(ask, POLL_MS);
}
