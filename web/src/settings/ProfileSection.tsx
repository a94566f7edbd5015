import { useRef, useState } from "react";
import { useClient } from "urql";
import { Button } from "../components/buttons";
import { useToast } from "../components/feedback";
import { numberValue, ErrorSummary, TextArea, TextField, textValue } from "../components/forms";
import { Avatar } from "../components/images";
import { TagField } from "../components/tags";
import { UploadImageDocument } from "../graphql/generated/shared";
import { useMutation, mutate } from "../graphql/hooks";
import type { Problem } from "../graphql/problems";
import { useTranslate } from "../i18n/i18n";
import {
  RemoveAvatarDocument,
  SetAvatarDocument,
  UpdateProfileDocument,
  type MyProfileQuery,
} from "./generated/settings";
import { ProfileQueryView, FormSection } from "./sections";

type ProfileUser = NonNullable<MyProfileQuery["viewer"]>["user"];

export function ProfileSection() {
  return (
    <ProfileQueryView>
      {({ user }) => (
        <>
          <AvatarForm user={user} />
          <ProfileForm user={user} />
        </>
      )}
    </ProfileQueryView>
  );
}

function AvatarForm({ user }: { user: ProfileUser }) {
  const t = useTranslate();
  const client = useClient();
  const input = useRef<HTMLInputElement>(null);
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const [isBusy, setBusy] = useState(false);

  const choose = async (file: File | undefined) => {
    if (!file) return;
    setBusy(true);
    const upload = await mutate(client, UploadImageDocument, { input: { file } });
    const image = upload.payload?.image;
    const set = image && (await mutate(client, SetAvatarDocument, { input: { imageId: image.id } }));
    setProblems(set?.problems ?? upload.problems);
    setBusy(false);
  };
  const remove = async () => setProblems((await mutate(client, RemoveAvatarDocument, {})).problems);
  return (
    <section className="card stack">
      <h2>{t("profile.picture")}</h2>
      <ErrorSummary problems={problems} />
      <div className="avatar-form">
        <Avatar person={user} size={88} />
        <div className="row">
          <Button icon="image" isBusy={isBusy} onClick={() => input.current?.click()}>
            {t(user.avatar ? "profile.changePicture" : "profile.addPicture")}
          </Button>
          {user.avatar && (
            <Button kind="quiet" onClick={() => void remove()}>
              {t("profile.removePicture")}
            </Button>
          )}
        </div>
        <input
          ref={input}
          hidden
          type="file"
          accept="image/jpeg,image/png,image/webp,image/gif"
          aria-label={t("profile.picture")}
          onChange={(event) => {
            void choose(event.target.files?.[0]);
            event.target.value = "";
          }}
        />
      </div>
    </section>
  );
}

function ProfileForm({ user }: { user: ProfileUser }) {
  const t = useTranslate();
  const toast = useToast();
  const { run, isBusy, problems } = useMutation(UpdateProfileDocument);
  const [skills, setSkills] = useState<string[]>([...user.skills]);
  const save = async (values: FormData) => {
    const input = {
      firstName: textValue(values, "firstName"),
      lastName: textValue(values, "lastName"),
      fieldOfStudy: textValue(values, "fieldOfStudy"),
      year: numberValue(values, "year"),
      about: textValue(values, "about"),
      skills,
    };
    if (await run({ input })) toast(t("state.saved"));
  };
  return (
    <FormSection title={t("profile.aboutYou")} problems={problems} isBusy={isBusy} onSave={save}>
      <div className="pair">
        <TextField
          name="firstName"
          label={t("profile.firstName")}
          defaultValue={user.firstName ?? ""}
          autoComplete="given-name"
        />
        <TextField
          name="lastName"
          label={t("profile.lastName")}
          defaultValue={user.lastName ?? ""}
          autoComplete="family-name"
        />
      </div>
      <div className="pair">
        <TextField name="fieldOfStudy" label={t("profile.fieldOfStudy")} defaultValue={user.fieldOfStudy ?? ""} />
        <TextField
          name="year"
          label={t("profile.year")}
          type="number"
          min={1}
          inputMode="numeric"
          defaultValue={user.year ?? ""}
        />
      </div>
      <TagField
        path="skills"
        label={t("profile.skills")}
        hint={t("profile.skillsHint")}
        tags={skills}
        onChange={setSkills}
      />
      <TextArea name="about" label={t("profile.about")} rows={5} defaultValue={user.about ?? ""} />
    </FormSection>
  );
}
