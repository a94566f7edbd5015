import { useToast } from "../components/feedback";
import { TextArea, TextField, textOf } from "../components/forms";
import { useWrite } from "../graphql/hooks";
import type { Key } from "../i18n/catalogue";
import { useText } from "../i18n/language";
import type { ContactCardFragment, LinksFragment } from "../people/generated/people";
import { UpdateContactDetailsDocument, UpdateSocialLinksDocument } from "./generated/settings";
import { Mine, Saved } from "./parts";

export function ContactSection() {
  return (
    <Mine>
      {({ contact, user }) => (
        <>
          <Card contact={contact} />
          <Elsewhere links={user.socialLinks} />
        </>
      )}
    </Mine>
  );
}

function Card({ contact }: { contact: ContactCardFragment }) {
  const t = useText();
  const toast = useToast();
  const { run, isBusy, problems } = useWrite(UpdateContactDetailsDocument);
  const save = async (values: FormData) => {
    const text = (name: string) => textOf(values, name);
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
    <Saved title={t("contact.title")} text={t("contact.text")} problems={problems} isBusy={isBusy} onSave={save}>
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
    </Saved>
  );
}

const networks = ["website", "linkedin", "github", "instagram", "twitter", "facebook", "youtube"] as const;

function Elsewhere({ links }: { links: LinksFragment }) {
  const t = useText();
  const toast = useToast();
  const { run, isBusy, problems } = useWrite(UpdateSocialLinksDocument);
  const save = async (values: FormData) => {
    const given = networks.map((name) => [name, webAddress(textOf(values, name))]);
    const input = { ...Object.fromEntries(given), description: textOf(values, "description") };
    if (await run({ input })) toast(t("state.saved"));
  };
  return (
    <Saved title={t("links.title")} problems={problems} isBusy={isBusy} onSave={save}>
      <div className="pair">
        {networks.map((name) => (
          <TextField
            key={name}
            name={name}
            label={t(`links.${name}` as Key)}
            type="url"
            inputMode="url"
            placeholder="https://"
            defaultValue={links[name] ?? ""}
          />
        ))}
      </div>
      <TextArea name="description" label={t("links.description")} rows={2} defaultValue={links.description ?? ""} />
    </Saved>
  );
}

/** People leave the scheme out. */
function webAddress(text: string | null) {
  return text && !/^[a-z][a-z0-9+.-]*:/i.test(text) ? `https://${text}` : text;
}
