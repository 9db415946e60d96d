//! Operations on services: `ebb recycle`, `ebb restart`, `ebb shutdown`, `ebb resume`, `ebb operations`.

mod arguments;
mod display;
mod error;
mod follow;
mod inspection;
mod local_run;
mod plan;
mod remote_run;
mod request_arguments;
mod scope_display;
mod scope_run;
mod selection;
mod session;
mod shutdown;
mod shutdown_arguments;
mod shutdown_plan;
mod table;
mod text;
mod watched;

use service::outcome::OperationOutcome;
use service::request::OperationRequest;

use crate::exit::Exit;
use crate::output::printing;
use arguments::CommonArguments;
pub(crate) use arguments::{OperationsCommand, RecycleArguments, RestartArguments};
use error::OperationError;
use local_run::{End, run_here};
use session::Session;
pub(crate) use shutdown_arguments::{ResumeArguments, ShutdownArguments};

/// Runs `ebb recycle`.
pub(crate) fn recycle(arguments: &RecycleArguments) -> Exit {
    session::block_on(async {
        let make = |service: &str| arguments.request(service);
        run(&arguments.common, make).await
    })
}

/// Runs `ebb restart`.
pub(crate) fn restart(arguments: &RestartArguments) -> Exit {
    session::block_on(async {
        let make = |service: &str| arguments.request(service);
        run(&arguments.common, make).await
    })
}

/// Runs `ebb shutdown`.
pub(crate) fn shutdown(arguments: &ShutdownArguments) -> Exit {
    session::block_on(shutdown::shutdown(arguments))
}

/// Runs `ebb resume`.
pub(crate) fn resume(arguments: &ResumeArguments) -> Exit {
    session::block_on(shutdown::resume(arguments))
}

/// Runs `ebb operations`.
pub(crate) fn operations(command: &OperationsCommand) -> Exit {
    session::block_on(async {
        match command {
            OperationsCommand::List(arguments) => inspection::list(arguments).await,
            OperationsCommand::Follow(arguments) => follow::follow(arguments).await,
            OperationsCommand::Cancel(arguments) => inspection::cancel(arguments).await,
            OperationsCommand::Undo(arguments) => follow::undo(arguments).await,
        }
    })
}

/// Carries out one operation after the other, for each selected service. The first that does not succeed is the last.
async fn run(
    common: &CommonArguments,
    make: impl Fn(&str) -> Result<OperationRequest, OperationError>,
) -> Result<Exit, OperationError> {
    // A mistake in the arguments is found before the first call.
    make(common.selection.first_name())?;
    let session = Session::start(&common.request.access).await?;
    let services = selection::services(&session, &common.selection).await?;
    let requests: Vec<OperationRequest> =
        services.iter().map(|service| make(service)).collect::<Result<_, _>>()?;
    let mut left = requests.into_iter();
    for request in left.by_ref() {
        let end = match (common.dry_run, common.remote) {
            (true, _) => plan::print(&session, request, common.json).await?,
            (false, true) => remote_run::run(&session, request, common).await?,
            (false, false) => run_here(&session, request, common.json).await?,
        };
        if end.exit != Exit::NothingLost {
            report_others(left.map(|request| request.service));
            return Ok(end.exit);
        }
    }
    Ok(Exit::NothingLost)
}

/// Names the services whose operation was not begun.
fn report_others(services: impl Iterator<Item = String>) {
    let services: Vec<String> = services.collect();
    if !services.is_empty() {
        printing::complain(&format!("not begun: {}", services.join(", ")));
    }
}

/// Returns the exit code of an outcome.
fn exit_of(outcome: OperationOutcome) -> Exit {
    match outcome.exit_code() {
        0 => Exit::NothingLost,
        130 => Exit::Interrupted,
        _ => Exit::Unsuccessful,
    }
}

/// Returns the end of an operation with this outcome.
fn end_of(outcome: OperationOutcome) -> End {
    End { exit: exit_of(outcome) }
}
