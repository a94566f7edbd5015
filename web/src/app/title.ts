// The title and the icon of the tab, and the icon of the installed application, which also tell that something is new.
import icon from "../icon.svg?no-inline";
import unreadIcon from "../icon-unread.svg?no-inline";

let title = "Studyhall";
let newCount = 0;

export function setTitle(text: string) {
  title = `${text} · Studyhall`;
  update();
}

/** The number of unread messages and notifications. */
export function setNewCount(count: number) {
  newCount = count;
  const link = document.querySelector<HTMLLinkElement>("link[rel=icon]");
  if (link) link.href = count > 0 ? unreadIcon : icon;
  // Only installed applications have a badge, and not in every browser. Without a count it is removed.
  navigator.setAppBadge?.(count).catch(() => {});
  update();
}

function update() {
  document.title = newCount > 0 ? `(${newCount > 99 ? "99+" : newCount}) ${title}` : title;
}
