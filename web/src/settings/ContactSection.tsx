import { useToast } from "../components/feedback";
import { TextArea, TextField, textValue } from "../components/forms";
import { useMutation } from "../graphql/hooks";
import type { MessageKey } from "../i18n/generated/messages";
import { useTranslate } from "../i18n/i18n";
import type { ContactCardFragment, LinksFragment } from "../people/generated/people";
import { UpdateContactDetailsDocument, UpdateSocialLinksDocument } from "./generated/settings";
import { ProfileQueryView, FormSection } from "./sections";

export function ContactSection() {
  return (
    <ProfileQueryView>
      {({ contact, user }) => (
        <>
          <ContactForm contact={contact} />
          <LinksForm links={user.socialLinks} />
        </>
      )}
    </ProfileQueryView>
  );
}

function ContactForm({ contact }: { contact: ContactCardFragment }) {
  const t = useTranslate();
  const toast = useToast();
  const { run, isBusy, problems } = useMutation(UpdateContactDetailsDocument);
  const save = async (values: FormData) => {
    const text = (name: string) => textValue(values, name);
    const input = {
      studentNumber: text("studentNumber"),
      occupation: text("occupation"),
      homeAddress: text("homeAddress"),
      county: text("county"),
      country: text("country"),
    };
    if (await run({ input })) toast(t("state.saved"));
  };
  return (
    <FormSection title={t("contact.title")} text={t("contact.text")} problems={problems} isBusy={isBusy} onSave={save}>
      <div className="pair">
        <TextField
          name="studentNumber"
          label={t("contact.studentNumber")}
          defaultValue={contact.studentNumber ?? ""}
          autoComplete="off"
        />
        <TextField
          name="occupation"
          label={t("contact.occupation")}
          defaultValue={contact.occupation ?? ""}
          autoComplete="organization-title"
        />
      </div>
      <TextArea
        name="homeAddress"
        label={t("contact.homeAddress")}
        rows={2}
        defaultValue={contact.homeAddress ?? ""}
        autoComplete="street-address"
      />
      <div className="pair">
        <TextField
          name="county"
          label={t("contact.county")}
          defaultValue={contact.county ?? ""}
          autoComplete="address-level1"
        />
        <TextField
          name="country"
          label={t("contact.country")}
          defaultValue={contact.country ?? ""}
          autoComplete="country-name"
        />
      </div>
    </FormSection>
  );
}

const networks = ["website", "linkedin", "github", "instagram", "twitter", "facebook", "youtube"] as const;

function LinksForm({ links }: { links: LinksFragment }) {
  const t = useTranslate();
  const toast = useToast();
  const { run, isBusy, problems } = useMutation(UpdateSocialLinksDocument);
  const save = async (values: FormData) => {
    const given = networks.map((name) => [name, withScheme(textValue(values, name))]);
    const input = { ...Object.fromEntries(given), description: textValue(values, "description") };
    if (await run({ input })) toast(t("state.saved"));
  };
  return (
    <FormSection title={t("links.title")} problems={problems} isBusy={isBusy} onSave={save}>
      <div className="pair">
        {networks.map((name) => (
          <TextField
            key={name}
            name={name}
            label={t(`links.${name}` as MessageKey)}
            type="url"
            inputMode="url"
            placeholder="https://"
            defaultValue={links[name] ?? ""}
          />
        ))}
      </div>
      <TextArea name="description" label={t("links.description")} rows={2} defaultValue={links.description ?? ""} />
    </FormSection>
  );
}

/** Adds the scheme that users often leave out. */
function withScheme(text: string | null) {
  return text && !/^[a-z][a-z0-9+.-]*:/i.test(text) ? `https://${text}` : text;
}
