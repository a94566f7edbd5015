import type { ComponentType } from "react";
import { EmptyState } from "../components/feedback";
import { useI18n } from "../i18n/i18n";
import { AccountSection } from "./AccountSection";
import { Appearance } from "./Appearance";
import { BlockedSection } from "./BlockedSection";
import { CalendarSection } from "./CalendarSection";
import { ContactSection } from "./ContactSection";
import { DataSection } from "./DataSection";
import { PrivacySection } from "./PrivacySection";
import { ProfileSection } from "./ProfileSection";
import { SessionsSection } from "./SessionsSection";
import { SettingsFrame } from "./SettingsFrame";
import "./settings.css";

const sections: Record<string, ComponentType> = {
  profile: ProfileSection,
  contact: ContactSection,
  privacy: PrivacySection,
  appearance: AppearanceSection,
  account: AccountSection,
  sessions: SessionsSection,
  blocked: BlockedSection,
  calendar: CalendarSection,
  data: DataSection,
};
export function SettingsPage({ section = "profile" }: { section?: string }) {
  const { t } = useI18n();
  const Section = sections[section];
  return (
    <SettingsFrame section={section}>
      {Section ? <Section /> : <EmptyState icon="search" title={t("notFound.title")} />}
    </SettingsFrame>
  );
}

function AppearanceSection() {
  const { t } = useI18n();
  return (
    <section className="card stack">
      <h2>{t("settings.appearance")}</h2>
      <Appearance />
    </section>
  );
}
