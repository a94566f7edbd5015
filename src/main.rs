//! The command line.

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use mimalloc::MiMalloc;
use studyhall::app;
use studyhall::clock::Clock;
use studyhall::config::{self, Config, IneffectiveVariables, LogFormat};
use studyhall::keys::KeyRing;
use studyhall::node;
use studyhall::operate::admin::{self, Admin};
use studyhall::operate::backup::{self, BackupArgs, RestoreArgs};
use studyhall::operate::check::{self, CheckArgs};
use studyhall::operate::copy::{self, CopyArgs};
use studyhall::operate::import::{self, ImportArgs};
use studyhall::operate::{Failure, Output, print};
use studyhall::passwords::HashCost;
use studyhall::traces::Traces;
use studyhall::{db, demo, http, schema, time_zones};
use tokio::net::TcpListener;
use tracing::{info, warn};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, reload};

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// One GraphQL server for a campus.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    config: Config,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the API (the default)
    #[command(after_help = "Example:\n  studyhall serve --data-dir /var/lib/studyhall\n\n\
                      Exit codes: 0 after SIGTERM or SIGINT; 2 the server cannot start; see also `studyhall check`")]
    Serve,
    /// Prints the schema
    #[command(after_help = "Example:\n  studyhall schema > schema.graphql")]
    Schema,
    /// Prints the prices of fields and the rate limits of mutations as Markdown
    #[command(after_help = "Example:\n  studyhall limits > limits.md")]
    Limits,
    /// Migrates the database to this version and exits
    #[command(after_help = "Example:\n  studyhall migrate --data-dir /var/lib/studyhall\n\n\
                      Exit codes: 0 the database has this version; 2 failed, the database is at an earlier version")]
    Migrate {
        #[command(flatten)]
        output: Output,
    },
    /// Fills an empty database with a demo campus and prints a username and password
    #[command(after_help = "Example:\n  studyhall demo --users 1000 --data-dir /tmp/campus\n\n\
                      Exit codes: 0 filled, or already filled with `--once`; 2 failed")]
    Demo {
        /// Number of users
        #[arg(long, default_value_t = 200)]
        users: usize,
        /// Seed of the random generator; the same seed results in the same campus
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Does nothing if the database already has users
        #[arg(long)]
        once: bool,
        #[command(flatten)]
        output: Output,
    },
    /// Checks settings, files, database, clocks, mail and images, without changing anything
    Check(CheckArgs),
    /// Writes a backup of rows, images and keys, while servers run; `backup verify` checks one
    Backup(BackupArgs),
    /// Restores a backup into an empty place
    Restore(RestoreArgs),
    /// Copies all rows from one database into an empty one: from SQLite to PostgreSQL, or back
    Copy(CopyArgs),
    /// Imports the data of another system: a SQLite file, an SQL dump, or a CSV file of people
    Import(ImportArgs),
    /// Manages the signing keys
    #[command(subcommand)]
    Keys(Keys),
    /// Manages accounts, roles and reports; can be used while the server runs
    #[command(subcommand)]
    Admin(Admin),
}

const EXIT_CODES: &str = "Exit codes";

#[derive(Subcommand)]
enum Keys {
    /// Adds a signing key and removes those that no valid token needs; sessions stay valid, no restart is needed
    #[command(after_help = "Example:\n  studyhall keys rotate --data-dir /var/lib/studyhall\n\n\
                      Exit codes: 0 rotated; 2 failed, the file is as before")]
    Rotate {
        #[command(flatten)]
        output: Output,
    },
}

#[tokio::main]
async fn main() -> ExitCode {
    let matches = with_exit_codes(config::ignore_empty_variables(Cli::command())).get_matches();
    let Cli { command, config } = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let variables = IneffectiveVariables::find(&Cli::command());
    let command = command.unwrap_or(Command::Serve);
    // `check` has a line for each of them.
    if let (false, Err(message)) = (matches!(command, Command::Check(_)), variables.check()) {
        eprintln!("studyhall: {message}");
        return Failure::from(message).exit_code();
    }
    let result: Result<(), Failure> = match command {
        Command::Serve => Box::pin(serve(config)).await.map_err(Failure::from),
        Command::Schema => {
            print!("{}", schema::sdl());
            Ok(())
        }
        Command::Limits => {
            print!("{}", schema::prices::markdown());
            Ok(())
        }
        Command::Migrate { output } => migrate(&config, output).await,
        Command::Check(args) => check::run(&config, &args, &variables).await,
        Command::Backup(args) => backup::run(&config, args).await,
        Command::Restore(args) => backup::run_restore(&config, &args).await,
        Command::Copy(args) => copy::run(&args).await,
        Command::Import(args) => import::run(config, &args).await,
        Command::Keys(Keys::Rotate { output }) => rotate_keys(&config, output),
        Command::Demo { users, seed, once, output } => fill_demo(config, users, seed, once, output).await,
        Command::Admin(command) => admin::run(config, command).await,
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("studyhall: {}", failure.message);
            failure.exit_code()
        }
    }
}

/// Adds the exit codes to the help of commands that have no others.
fn with_exit_codes(command: clap::Command) -> clap::Command {
    let command = command.mut_subcommands(with_exit_codes);
    match command.get_after_help().map(ToString::to_string) {
        Some(help) if !help.contains(EXIT_CODES) => {
            command.after_help(format!("{help}\n\n{EXIT_CODES}: 0 done; 2 failed, with the reason in one line"))
        }
        _ => command,
    }
}

async fn serve(config: Config) -> Result<(), String> {
    let traces = config.traces_url.as_ref().map(|url| Traces::start(url, config.traces_percent)).transpose()?;
    let set_log_filter = start_log(&config, traces.as_ref())?;
    http::raise_limit(config.limits.max_connections);
    let _lock = app::lock_data_dir(&config)?;
    let app = node::start(config, Clock::system(), HashCost::default()).await?;
    app.check_clock().await?;
    let listen = app.config.listen;
    let listener = TcpListener::bind(listen)
        .await
        .map_err(|error| format!("STUDYHALL_LISTEN: cannot listen on {listen}: {error}"))?;
    info!("serving at {}graphql; GraphiQL is at {0}graphiql", app.config.public_url());
    log_time_zones();
    let settings = app.config.clone();
    let reload = move || match settings.log_filter().and_then(&set_log_filter) {
        Ok(()) => info!("SIGHUP: the log filter was read again; other settings are read at the start"),
        Err(reason) => warn!("SIGHUP: the log filter stays as it is: {reason}"),
    };
    let signals = http::signals(reload).map_err(|error| error.to_string())?;
    let served = http::serve(app.clone(), schema::executor(&app), listener, signals).await;
    node::close(&app).await;
    if let Some(traces) = traces {
        traces.close().await;
    }
    served.map_err(|error| error.to_string())
}

/// Logs the version of the rules of time zones. Old ones compute wrong times after a change of law.
fn log_time_zones() {
    let (version, built_in) = (time_zones::version(), time_zones::built_in_version());
    if version < built_in {
        warn!("the rules of time zones in STUDYHALL_TIME_ZONES, {version}, are older than those built in, {built_in}");
    } else {
        info!("the rules of time zones have the version {version}");
    }
}

async fn fill_demo(config: Config, users: usize, seed: u64, once: bool, output: Output) -> Result<(), Failure> {
    // The recent activity of the demo users is spread over this period before now.
    let clock = Clock::manual(Clock::system().now().minus(demo::RECENT_ACTIVITY));
    let app = node::open(config, clock, HashCost::default()).await?;
    let done = async {
        if once && demo::has_accounts(&app).await? {
            return Ok((0, 0, demo::find_login(&app, seed).await?));
        }
        let demo::DemoCampus { members, posts, username } = demo::fill(&app, users, seed).await?;
        Ok((members, posts, Some(username)))
    };
    let done: Result<_, studyhall::error::Error> = done.await;
    app.close().await;
    let (members, posts, username) = done?;
    let password = username.as_ref().map(|_| demo::PASSWORD);
    let result = serde_json::json!({ "members": members, "posts": posts, "username": username, "password": password });
    let created = (members > 0).then(|| format!("Created {members} members and {posts} posts."));
    let login = username.map(|username| format!("Sign in as {username:?} with {:?}.", demo::PASSWORD));
    let lines: Vec<String> = created.into_iter().chain(login).collect();
    if output.is_json() || !lines.is_empty() { print(output.is_json(), &result, || lines.join("\n")) } else { Ok(()) }
}

async fn migrate(config: &Config, output: Output) -> Result<(), Failure> {
    app::prepare(config)?;
    let db = app::open_database(config).await?;
    let migrated = db.migrate().await;
    db.close().await;
    migrated?;
    let version = db::schema_version();
    let result = serde_json::json!({ "schemaVersion": version });
    print(output.is_json(), &result, || format!("The database has the schema version {version}."))
}

fn rotate_keys(config: &Config, output: Output) -> Result<(), Failure> {
    app::prepare(config)?;
    let path = config.keys_file();
    KeyRing::load_or_create(&path)?.rotate(Clock::system().now(), None)?;
    let result = serde_json::json!({ "keysFile": path });
    print(output.is_json(), &result, || format!("{} has a new signing key.", path.display()))
}

/// Starts the log, and returns what replaces its filter. With traces, spans that the log does not show are theirs.
fn start_log(
    config: &Config,
    traces: Option<&Traces>,
) -> Result<impl Fn(EnvFilter) -> Result<(), String> + use<>, String> {
    let (filter, handle) = reload::Layer::new(config.log_filter()?);
    let lines =
        tracing_subscriber::fmt::layer().with_ansi(std::io::stderr().is_terminal()).with_writer(std::io::stderr);
    let lines = match config.log_format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().boxed(),
    };
    tracing_subscriber::registry().with(lines.with_filter(filter)).with(traces.map(Traces::layer)).init();
    Ok(move |filter| handle.reload(filter).map_err(|error| error.to_string()))
}
