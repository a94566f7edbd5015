import { useId, useLayoutEffect, useRef, type ReactNode } from "react";
import { useSpeech } from "../i18n/language";
import { Button, IconButton } from "./buttons";

/** The browser's own dialog: it keeps the focus, closes on Escape, and gives the focus back. */
export function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const { t } = useSpeech();
  const id = useId();
  // Closed before it leaves the page: afterwards it could not give the focus back.
  useLayoutEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    // By itself it would begin with the button that closes it.
    shown?.querySelector<HTMLElement>("form :is(input:not([type=hidden]), textarea, select)")?.focus();
    return () => shown?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className="dialog"
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onPointerDown={(event) => event.target === dialog.current && isOutside(event, dialog.current) && onClose()}
    >
      <div className="stack">
        <div className="row apart">
          <h2 id={id}>{title}</h2>
          <IconButton label={t("action.close")} icon="close" onClick={onClose} />
        </div>
        {children}
      </div>
    </dialog>
  );
}

function isOutside({ clientX, clientY }: { clientX: number; clientY: number }, dialog: HTMLDialogElement) {
  const box = dialog.getBoundingClientRect();
  return clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom;
}

/** Asks before something that cannot be taken back. */
export function Confirm({
  title,
  action,
  isBusy,
  onConfirm,
  onClose,
  children,
}: {
  title: string;
  action: string;
  isBusy?: boolean;
  onConfirm: () => void;
  onClose: () => void;
  children?: ReactNode;
}) {
  const { t } = useSpeech();
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      <div className="row">
        <Button kind="danger" isBusy={isBusy} onClick={onConfirm}>
          {action}
        </Button>
        <Button kind="quiet" onClick={onClose}>
          {t("action.cancel")}
        </Button>
      </div>
    </Dialog>
  );
}
