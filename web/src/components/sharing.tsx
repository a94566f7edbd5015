import { useState } from "react";
import { useSignInOptions } from "../accounts/useSignInOptions";
import { useTranslate } from "../i18n/i18n";
import { Button, LinkButton } from "./buttons";
import { useToast } from "./feedback";
import type { IconName } from "./icons";

/**
 * Shares the address of a page: with the device's dialog on a phone, and elsewhere through the clipboard. Returns the
 * address where neither works: without https, there is no clipboard.
 */
export function useShare() {
  const t = useTranslate();
  const toast = useToast();
  return async (path: string) => {
    const url = location.origin + path;
    try {
      if (matchMedia("(hover: none)").matches && navigator.canShare?.({ url })) return void (await navigator.share({ url }));
      await navigator.clipboard.writeText(url);
      toast(t("share.copied"));
    } catch (cause) {
      // Closing the dialog is no failure.
      if (!(cause instanceof DOMException && cause.name === "AbortError")) return url;
    }
  };
}

export function ShareButton({ path, label, icon = "link" }: { path: string; label: string; icon?: IconName }) {
  const share = useShare();
  const [shownUrl, setShownUrl] = useState<string>();
  return (
    <>
      <Button icon={icon} onClick={() => void share(path).then(setShownUrl)}>
        {label}
      </Button>
      {shownUrl && <code>{shownUrl}</code>}
    </>
  );
}

export function InviteButton() {
  const t = useTranslate();
  const { canInvite, needsInvitation } = useSignInOptions();
  // Where an invitation is required, the address of the form alone is of no use.
  if (needsInvitation) {
    return (
      canInvite && (
        <LinkButton to="/settings/invitations" icon="people">
          {t("share.invite")}
        </LinkButton>
      )
    );
  }
  return <ShareButton path="/signup" label={t("share.invite")} icon="people" />;
}
