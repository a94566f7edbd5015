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
use studyhall::operate::Failure;
use studyhall::operate::admin::{self, Admin};
use studyhall::operate::backup::{self, BackupArgs, RestoreArgs};
use studyhall::operate::check::{self, CheckArgs};
use studyhall::operate::copy::{self, CopyArgs};
use studyhall::operate::import::{self, ImportArgs};
use studyhall::passwords::HashCost;
use studyhall::traces::Traces;
use studyhall::{demo, http, schema, time_zones};
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
    Serve,
    /// Prints the schema
    Schema,
    /// Prints the prices of fields and the rate limits of mutations as Markdown
    Limits,
    /// Migrates the database to this version and exits
    Migrate,
    /// Fills an empty database with a demo campus and prints a username and password
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

#[derive(Subcommand)]
enum Keys {
    /// Adds a signing key and removes those that no valid token needs; sessions stay valid, no restart is needed
    Rotate,
}

#[tokio::main]
async fn main() -> ExitCode {
    let matches = config::ignore_empty_variables(Cli::command()).get_matches();
    let Cli { command, config } = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let result: Result<(), Failure> = match command.unwrap_or(Command::Serve) {
        Command::Serve => serve(config).await.map_err(Failure::from),
        Command::Schema => {
            print!("{}", schema::sdl());
            Ok(())
        }
        Command::Limits => {
            print!("{}", schema::prices::markdown());
            Ok(())
        }
        Command::Migrate => migrate(&config).await.map_err(Failure::from),
        Command::Check(args) => check::run(&config, &args, &IneffectiveVariables::find(&Cli::command())).await,
        Command::Backup(args) => backup::run(&config, args).await,
        Command::Restore(args) => backup::run_restore(&config, &args).await,
        Command::Copy(args) => copy::run(&args).await,
        Command::Import(args) => import::run(config, &args).await,
        Command::Keys(Keys::Rotate) => rotate_keys(&config).map_err(Failure::from),
        Command::Demo { users, seed, once } => fill_demo(config, users, seed, once).await.map_err(Failure::from),
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

async fn serve(config: Config) -> Result<(), String> {
    let traces = config.traces_url.as_ref().map(|url| Traces::start(url, config.traces_percent)).transpose()?;
    let set_log_filter = start_log(&config, traces.as_ref())?;
    IneffectiveVariables::find(&Cli::command()).warn();
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
    app.close().await;
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

async fn fill_demo(config: Config, users: usize, seed: u64, once: bool) -> Result<(), String> {
    // The recent activity of the demo users is spread over this period before now.
    let clock = Clock::manual(Clock::system().now().minus(demo::RECENT_ACTIVITY));
    let app = node::open(config, clock, HashCost::default()).await?;
    let done = async {
        if once && demo::has_accounts(&app).await? {
            return demo::find_login(&app, seed).await;
        }
        let demo::DemoCampus { members, posts, username } = demo::fill(&app, users, seed).await?;
        println!("Created {members} members and {posts} posts.");
        Ok(Some(username))
    };
    let done = done.await;
    app.close().await;
    if let Some(username) = done.map_err(|error| error.for_operator())? {
        println!("Sign in as {username:?} with {:?}.", demo::PASSWORD);
    }
    Ok(())
}

async fn migrate(config: &Config) -> Result<(), String> {
    app::prepare(config)?;
    let db = app::open_database(config).await?;
    let migrated = db.migrate().await.map_err(|error| error.to_string());
    db.close().await;
    migrated
}

fn rotate_keys(config: &Config) -> Result<(), String> {
    app::prepare(config)?;
    KeyRing::load_or_create(&config.keys_file())?.rotate(Clock::system().now(), None)
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
