// The reactions to a message, post or comment: what others chose, and a few emoji to choose from.
import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { IconButton, placeBeside } from "../components/buttons";
import { useToast } from "../components/feedback";
import { useMutation } from "../graphql/hooks";
import { useI18n } from "../i18n/i18n";
import { AddReactionDocument, RemoveReactionDocument, type ReactionsFragment } from "./generated/reactions";
import "./reactions.css";

/** The server accepts every emoji; these are offered. */
const choices = ["👍", "❤️", "😂", "🎉", "😮", "😢", "🙏", "👏", "🔥", "💡", "✅", "👀"];

export function Reactions({ subject }: { subject: ReactionsFragment }) {
  const { t, formatNumber } = useI18n();
  const toast = useToast();
  const [isChoosing, setChoosing] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const choice = useRef<HTMLDivElement>(null);
  const add = useMutation(AddReactionDocument);
  const remove = useMutation(RemoveReactionDocument);
  // The subject after the viewer's own change, until the page has a newer one.
  const [changed, setChanged] = useState<{ from: ReactionsFragment; to: ReactionsFragment }>();
  const { id, reactionGroups: groups, viewerCanReact } = changed?.from === subject ? changed.to : subject;

  const toggle = async (emoji: string, hasReacted: boolean) => {
    if (add.isBusy || remove.isBusy) return;
    const payload = await (hasReacted ? remove : add).run({ input: { subjectId: id, emoji } });
    if (payload?.subject) setChanged({ from: subject, to: payload.subject });
    else toast(t("reaction.failed"));
  };
  const close = () => {
    setChoosing(false);
    opener.current?.focus();
  };
  useEffect(() => {
    if (!isChoosing || !choice.current || !opener.current) return;
    choice.current.showPopover();
    placeBeside(choice.current, opener.current);
    choice.current.querySelector("button")?.focus();
    const closeOutside = ({ target }: Event) =>
      !choice.current?.contains(target as Node) && !opener.current?.contains(target as Node) && setChoosing(false);
    const closeOnScroll = ({ target }: Event) => (target as Node).contains(opener.current) && setChoosing(false);
    const moves = ["pointerdown", "focusin"];
    moves.forEach((name) => document.addEventListener(name, closeOutside));
    document.addEventListener("scroll", closeOnScroll, { capture: true });
    return () => {
      moves.forEach((name) => document.removeEventListener(name, closeOutside));
      document.removeEventListener("scroll", closeOnScroll, { capture: true });
    };
  }, [isChoosing]);
  const handleKeyDown = (event: KeyboardEvent) => {
    if (!isChoosing) return;
    const buttons = [...(choice.current?.querySelectorAll("button") ?? [])];
    const right = document.dir === "rtl" ? -1 : 1;
    const step = { ArrowRight: right, ArrowDown: 1, ArrowLeft: -right, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") close();
    else if (step) buttons.at((buttons.findIndex((one) => one === document.activeElement) + step) % buttons.length)?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  if (groups.length === 0 && !viewerCanReact) return null;
  return (
    <div className={groups.length > 0 ? "reactions" : "reactions none"} role="group" aria-label={t("reaction.list")} onKeyDown={handleKeyDown}>
      {groups.map(({ emoji, userCount, viewerHasReacted }) => (
        <button
          key={emoji}
          type="button"
          className="reaction"
          aria-pressed={viewerHasReacted}
          aria-label={t("reaction.count", { emoji, count: userCount })}
          aria-disabled={!viewerHasReacted && !viewerCanReact ? true : undefined}
          onClick={() => (viewerHasReacted || viewerCanReact) && void toggle(emoji, viewerHasReacted)}
        >
          <span aria-hidden="true">{emoji}</span> {formatNumber(userCount)}
        </button>
      ))}
      {viewerCanReact && (
        <IconButton
          ref={opener}
          small
          icon="smile"
          label={t("reaction.add")}
          aria-expanded={isChoosing}
          onClick={() => setChoosing(!isChoosing)}
        />
      )}
      {isChoosing && (
        <div ref={choice} popover="manual" className="reaction-choices" role="group" aria-label={t("reaction.choose")}>
          {choices.map((emoji) => (
            <button
              key={emoji}
              type="button"
              className="reaction"
              aria-label={emoji}
              onClick={() => {
                close();
                void toggle(emoji, groups.some((group) => group.emoji === emoji && group.viewerHasReacted));
              }}
            >
              {emoji}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
