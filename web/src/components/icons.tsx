// Line icons in a 24 by 24 view box.
const paths = {
  home: "M4 11l8-7 8 7M6 9.500V20h12V9.500M10 20v-6h4v6",
  chat: "M4 5h16v11H9l-5 4z",
  people:
    "M9 11a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM2.500 20c0-3.600 2.900-6 6.500-6s6.500 2.400 6.500 6M16 4.300a3.500 3.500 0 0 1 0 6.400M18 14.500c2.100.8 3.500 2.800 3.500 5.500",
  lobby: "M3 10v4h3l7 4V6l-7 4zM16.500 9a4 4 0 0 1 0 6M19 6.500a8 8 0 0 1 0 11",
  teach: "M12 5L2 9.500 12 14l10-4.500zM6 11.500V16c1.700 1.400 3.700 2 6 2s4.300-.6 6-2v-4.500M22 9.500V15",
  at: "M12 8.500a3.500 3.500 0 1 0 0 7 3.500 3.500 0 0 0 0-7zM15.500 8.500v4.500a2.500 2.500 0 0 0 5 0V12a8.500 8.500 0 1 0-3.500 6.900",
  bell: "M6 16V11a6 6 0 0 1 12 0v5l1.500 2h-15zM10 21h4",
  settings:
    "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.800a2.200 2.200 0 1 0 0 4.400 2.200 2.200 0 0 0 0-4.400zM9 14.800a2.200 2.200 0 1 0 0 4.400 2.200 2.200 0 0 0 0-4.400z",
  plus: "M12 5v14M5 12h14",
  smile: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM9 10h.01M15 10h.01M8.500 14a4.200 4.200 0 0 0 7 0",
  image: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.500 9.500h.01",
  clip: "M20 11l-8.500 8.500a5 5 0 0 1-7-7L13 4a3.300 3.300 0 0 1 4.700 4.700l-8.300 8.300a1.600 1.600 0 0 1-2.300-2.300L14.500 7.300",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  send: "M4 12l16-8-6 16-3-6zM11 14l9-10",
  more: "M5.500 12h.01M12 12h.01M18.500 12h.01",
  close: "M6 6l12 12M18 6L6 18",
  check: "M5 13l4.500 4.500L19 7",
  checks: "M2 13l4.500 4.500L14 9M10.500 16.500l1 1L21 7",
  back: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  down: "M5 9l7 7 7-7",
  download: "M12 4v11M7.500 10.500L12 15l4.500-4.500M5 19.500h14",
  up: "M5 15l7-7 7 7",
  muted: "M6 16v-5a6 6 0 0 1 1-3.300M10 5.300A6 6 0 0 1 18 11v5l1.500 2h-15l1.500-2M10 21h4M3 3l18 18",
  unread: "M4 5h10M4 5v14h5v-4l-5 4M20 11v4H9M18.500 3.500a2.200 2.200 0 1 0 0 4.400 2.200 2.200 0 0 0 0-4.400z",
  reply: "M9 6l-5 5 5 5M4 11h9a7 7 0 0 1 7 7v1",
  light:
    "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M4.900 4.900l1.400 1.400M17.700 17.700l1.400 1.400M2 12h2M20 12h2M4.900 19.100l1.400-1.400M17.700 6.300l1.400-1.400",
  dark: "M20 14.500A8.500 8.500 0 0 1 9.500 4a8.500 8.500 0 1 0 10.500 10.500z",
  calendar: "M4 6h16v14H4zM4 10.500h16M8 3.500V8M16 3.500V8",
  clock: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4.500l3 2",
  pin: "M12 21s6.500-6 6.500-11a6.500 6.500 0 1 0-13 0c0 5 6.500 11 6.500 11zM12 8a2.200 2.200 0 1 0 0 4.400A2.200 2.200 0 0 0 12 8z",
  search: "M10.500 4a6.500 6.500 0 1 0 0 13 6.500 6.500 0 0 0 0-13zM15.500 15.500L20 20",
  edit: "M4 20l1-4.500L16 4.500l3.500 3.500L8.500 19zM13.500 7l3.500 3.500",
  trash: "M5 7h14M9.500 7V4.500h5V7M7 7l1 13h8l1-13",
  warning: "M12 4L2.500 20h19zM12 10v4.500M12 17.500h.01",
  out: "M10 5H5v14h5M14 8l4 4-4 4M18 12H9",
  link: "M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-5.700-5.700l-1 1M14 10a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 5.700 5.700l1-1",
  shield: "M12 3l7 2.500v5.500c0 4.500-3 8-7 10-4-2-7-5.500-7-10V5.500z",
  lock: "M6 11h12v9H6zM8.500 11V8a3.500 3.500 0 0 1 7 0v3",
  offline: "M3 3l18 18M5 12.500a10 10 0 0 1 4-2.400M15 10.300a10 10 0 0 1 4 2.200M8.500 16a5 5 0 0 1 7 0M12 19.500h.01",
  globe: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM4 12h16M12 4c-4.500 4.800-4.500 11.200 0 16M12 4c4.500 4.800 4.500 11.200 0 16",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 20.500c0-4 3.400-6.500 7.500-6.500s7.500 2.500 7.500 6.500",
} as const;

export type IconName = keyof typeof paths;

/** Icons that point along the line. Where lines run from right to left, the style sheet mirrors them. */
const directed = new Set<IconName>(["back", "next", "send", "reply", "out", "chat", "lobby", "unread"]);

/** A decorative icon. The text beside it, or the control around it, carries the name. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  const weight = name === "more" ? 3 : 1.8;
  return (
    <svg className={directed.has(name) ? "icon directed" : "icon"} width={size} height={size} viewBox="0 0 24 24" fill="none" aria-hidden="true">
      <path d={paths[name]} stroke="currentColor" strokeWidth={weight} strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
