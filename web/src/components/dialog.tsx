import { useId, useLayoutEffect, useRef, type ReactNode } from "react";
import { useI18n } from "../i18n/i18n";
import type { Problem } from "../graphql/problems";
import { Button, IconButton } from "./buttons";
import { ErrorSummary } from "./forms";
import { Title } from "./text";

/** A modal `<dialog>`. The browser traps the focus, closes it on Escape and restores the focus. */
export function Dialog({ title, onClose, children }: { title: string; onClose: () => void; children: ReactNode }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const { t } = useI18n();
  const id = useId();
  // A layout effect closes the dialog before React removes it: a removed dialog cannot restore the focus.
  useLayoutEffect(() => {
    const { current } = dialog;
    current?.showModal();
    // The browser would focus the close button.
    current?.querySelector<HTMLElement>("form :is(input:not([type=hidden]), textarea, select)")?.focus();
    return () => current?.close();
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
          <h2 id={id}>
            <Title text={title} />
          </h2>
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

/** Asks for confirmation before an action that cannot be undone. */
export function ConfirmDialog({
  title,
  action,
  isBusy,
  problems = [],
  onConfirm,
  onClose,
  children,
}: {
  title: string;
  action: string;
  isBusy?: boolean;
  /** Why the last attempt failed. */
  problems?: readonly Problem[];
  onConfirm: () => void;
  onClose: () => void;
  children?: ReactNode;
}) {
  const { t } = useI18n();
  return (
    <Dialog title={title} onClose={onClose}>
      <ErrorSummary problems={problems} />
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
