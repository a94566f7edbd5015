// Who is signed in here. The session is the cookie that the web client uses too: logging in here logs in there. A
// token in a tab's Headers counts before it.
import { useEffect, useRef, useState, type FormEvent } from "react";
import { choose, post } from "./fetcher";

interface Answer {
  data?: {
    viewer?: { user: { username: string } } | null;
    login?: { userErrors: { message: string }[] } | null;
  };
  errors?: { message: string }[];
}

const ask = (query: string, variables = {}) => post({ query, variables }, {}) as Promise<Answer>;

async function whoAmI() {
  const { data } = await ask("{ viewer { user { username } } }").catch((): Answer => ({}));
  return data?.viewer?.user.username;
}

const logIn = /* GraphQL */ `
  mutation LogIn($input: LoginInput!) {
    login(input: $input) {
      userErrors {
        message
      }
    }
  }
`;

export function SessionBox() {
  const [username, setUsername] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const [file, setFile] = useState<string>();
  const dialog = useRef<HTMLDialogElement>(null);
  const files = useRef<HTMLInputElement>(null);
  const look = async () => setUsername(await whoAmI());
  useEffect(() => void look(), []);

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const values = new FormData(event.currentTarget);
    const input = {
      identifier: values.get("identifier"),
      password: values.get("password"),
      transport: "COOKIE",
      deviceName: "GraphiQL",
    };
    const { data, errors } = await ask(logIn, { input }).catch((cause: Error): Answer => ({ errors: [cause] }));
    const [fault] = [...(errors ?? []), ...(data?.login?.userErrors ?? [])];
    setProblem(fault?.message);
    if (fault) return;
    dialog.current?.close();
    await look();
  };
  const logOut = async () => {
    await ask("mutation { logout { isLoggedOut } }").catch(() => {});
    await look();
  };
  const take = (chosen: File | undefined) => {
    choose(chosen);
    setFile(chosen?.name);
  };
  return (
    <div className="session">
      <button type="button" className="graphiql-un-styled" onClick={() => files.current?.click()}>
        {file ? `File: ${file}` : "File to upload"}
      </button>
      <input
        ref={files}
        type="file"
        hidden
        aria-label="File to upload"
        onChange={(event) => take(event.target.files?.[0])}
      />
      {username ? (
        <>
          <span>{username}</span>
          <button type="button" className="graphiql-un-styled" onClick={() => void logOut()}>
            Log out
          </button>
        </>
      ) : (
        <button type="button" className="graphiql-un-styled" onClick={() => dialog.current?.showModal()}>
          Log in
        </button>
      )}
      <dialog ref={dialog} className="log-in" aria-label="Log in">
        <form onSubmit={submit}>
          <label>
            Username or email
            <input name="identifier" autoComplete="username" required />
          </label>
          <label>
            Password
            <input name="password" type="password" autoComplete="current-password" required />
          </label>
          <p role="alert">{problem}</p>
          <button type="submit">Log in</button>
          <button type="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
        </form>
      </dialog>
    </div>
  );
}
