//! The command line.

use std::io::IsTerminal;
use std::process::ExitCode;

use async_graphql::ScalarType;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand, ValueEnum};
use mimalloc::MiMalloc;
use studyhall::accounts::{Role, staff};
use studyhall::app;
use studyhall::bookings::{Booking, rules as bookings};
use studyhall::clock::Clock;
use studyhall::config::{self, Config, LogFormat};
use studyhall::conversations::reading::counts;
use studyhall::graphql::{DateTime, GlobalId};
use studyhall::keys::KeyRing;
use studyhall::node;
use studyhall::passwords::HashCost;
use studyhall::reports::{self, Report};
use studyhall::{demo, http, schema, time_zones};
use tokio::net::TcpListener;
use tracing::{info, warn};

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
    /// Manages the signing keys
    #[command(subcommand)]
    Keys(Keys),
    /// Manages roles, locked accounts and reports; can be used while the server runs
    #[command(subcommand)]
    Admin(Admin),
}

#[derive(Subcommand)]
enum Admin {
    /// Changes the role of a member
    Role { username: String, role: RoleArg },
    /// Locks an account: ends its sessions and prevents logins
    Lock { username: String },
    /// Unlocks an account
    Unlock { username: String },
    /// Prints reports, the latest first
    Reports,
    /// Prints the upcoming bookings that new rules of time zones have moved on the clock
    MovedBookings,
    /// Counts all unread messages again and corrects wrong counts; running nodes do so little by little
    Recount,
}

#[derive(Clone, Copy, ValueEnum)]
enum RoleArg {
    Member,
    Moderator,
    Admin,
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
    let result = match command.unwrap_or(Command::Serve) {
        Command::Serve => serve(config).await,
        Command::Schema => {
            print!("{}", schema::sdl());
            Ok(())
        }
        Command::Limits => {
            print!("{}", schema::prices::markdown());
            Ok(())
        }
        Command::Migrate => migrate(&config).await,
        Command::Keys(Keys::Rotate) => rotate_keys(&config),
        Command::Demo { users, seed, once } => fill_demo(config, users, seed, once).await,
        Command::Admin(admin) => run_admin(config, admin).await,
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("studyhall: {message}");
            ExitCode::from(2)
        }
    }
}

async fn serve(config: Config) -> Result<(), String> {
    start_log(&config)?;
    config::warn_of_unknown_variables(&Cli::command());
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
    let served =
        http::serve(app.clone(), schema::executor(&app), listener, http::signals().map_err(|error| error.to_string())?)
            .await;
    app.close().await;
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

async fn run_admin(config: Config, admin: Admin) -> Result<(), String> {
    let app = node::open(config, Clock::system(), HashCost::default()).await?;
    let done = match admin {
        Admin::Role { username, role } => staff::set_role(&app, &username, role.into()).await,
        Admin::Lock { username } => staff::lock_account(&app, &username).await,
        Admin::Unlock { username } => staff::unlock_account(&app, &username).await,
        Admin::Reports => {
            reports::rules::latest_reports(&app).await.map(|reports| reports.iter().for_each(print_report))
        }
        Admin::MovedBookings => {
            bookings::moved_on_the_clock(&app).await.map(|moved| moved.iter().for_each(print_moved_booking))
        }
        Admin::Recount => {
            counts::correct_all(&app).await.map(|corrected| println!("{corrected} unread counts were corrected."))
        }
    };
    app.close().await;
    done.map_err(|error| error.for_operator())
}

fn print_moved_booking(booking: &Booking) {
    let (id, at) = (booking.id.to_global(), DateTime::from(booking.starts_at).to_value());
    println!("{} starts at {at} and is at another time of the day in {}", *id, booking.time_zone);
}

fn print_report(report: &Report) {
    let Report { reported_at, reporter, kind, reason, text, author, is_present, .. } = report;
    let (at, author) = (DateTime::from(*reported_at).to_value(), author.as_deref().unwrap_or("(deleted user)"));
    let (text, state) = (text.as_deref().unwrap_or("(no text)"), if *is_present { "" } else { " (deleted since)" });
    println!("{at} {reporter:?} reports a {kind:?} of {author:?}: {reason:?}\n    {text:?}{state}");
}

impl From<RoleArg> for Role {
    fn from(role: RoleArg) -> Self {
        match role {
            RoleArg::Member => Self::Member,
            RoleArg::Moderator => Self::Moderator,
            RoleArg::Admin => Self::Admin,
        }
    }
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

fn start_log(config: &Config) -> Result<(), String> {
    let filter = config.log_filter()?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
    Ok(())
}
