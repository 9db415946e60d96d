//! The simulated AWS over the network: HTTP/1.1, every service at one address, in real time or faster.
//!
//! The request itself names its service, so an SDK needs only an endpoint. The server does not check signatures.

#[cfg(test)]
mod tests;

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use futures::future::{Either, select};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use jiff::fmt::rfc2822::DateTimePrinter;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use crate::aws::Aws;
use crate::wire::{Who, Wire};

/// Most bytes of a request, 8 MiB. A message of 1 MiB with every character escaped fits.
const LARGEST_REQUEST: usize = 8 * 1024 * 1024;

/// Pause after the operating system refused a connection (too many open files).
const PAUSE: Duration = Duration::from_millis(100);

/// A simulated AWS at an address.
#[derive(Debug)]
pub struct Server {
    aws: Aws,
    listener: TcpListener,
}

impl Server {
    /// Listens on the address. Port 0 is any free port.
    ///
    /// # Errors
    ///
    /// The operating system's error, for example for a port in use.
    pub async fn bind(aws: Aws, address: SocketAddr) -> std::io::Result<Self> {
        Ok(Self { aws, listener: TcpListener::bind(address).await? })
    }

    /// Returns the address on which the server listens.
    ///
    /// # Errors
    ///
    /// The operating system's error.
    pub fn address(&self) -> std::io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers requests and lets time pass until `end` is ready. Then closes every connection.
    pub async fn run(self, end: impl Future<Output = ()>) {
        let (time, calls) = (pin!(self.aws.keep_time()), pin!(self.let_in()));
        let serving = select(time, calls);
        match select(pin!(end), serving).await {
            Either::Left(((), _)) => {}
            Either::Right((Either::Left((never, _)) | Either::Right((never, _)), _)) => {
                match never {}
            }
        }
    }

    async fn let_in(&self) -> Infallible {
        let mut connections = JoinSet::new();
        loop {
            match self.listener.accept().await {
                Ok((stream, _)) => {
                    let wire = Wire { aws: self.aws.clone(), who: Who::Outside };
                    connections.spawn(talk(stream, wire));
                }
                Err(error) => {
                    let pause = PAUSE.as_millis();
                    tracing::warn!("cannot accept a connection: {error}; retrying in {pause} ms");
                    tokio::time::sleep(PAUSE).await;
                }
            }
            while connections.try_join_next().is_some() {}
        }
    }
}

/// Serves one connection to its end. If the caller disconnects, its open calls are dropped.
async fn talk(stream: TcpStream, wire: Wire) {
    let service = service_fn(|request| answer(wire.clone(), request));
    let mut http = http1::Builder::new();
    let connection = http.timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
    if let Err(error) = connection.await {
        tracing::debug!("connection closed with an error: {error}");
    }
}

/// Error that closes the connection without an answer.
#[derive(Debug, thiserror::Error)]
#[error("the answer is lost")]
struct Lost;

async fn answer(wire: Wire, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Lost> {
    let (head, body) = request.into_parts();
    let Ok(body) = Limited::new(body, LARGEST_REQUEST).collect().await else {
        return Ok(bare(StatusCode::PAYLOAD_TOO_LARGE));
    };
    let body = SdkBody::from(body.to_bytes());
    let Ok(request) = HttpRequest::try_from(Request::from_parts(head, body)) else {
        return Ok(bare(StatusCode::BAD_REQUEST));
    };
    let aws = wire.aws.clone();
    let mut answer = wire.answer_outside(request).await.ok_or(Lost)?;
    // RFC 9110, 6.6.1: the virtual time, not that of the operating system.
    let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&aws.now()).map_err(|_| Lost)?;
    answer.headers_mut().insert("date", date);
    let answer = answer.try_into_http1x().map_err(|_| Lost)?;
    Ok(answer.map(|body| Full::new(Bytes::copy_from_slice(body.bytes().unwrap_or_default()))))
}

fn bare(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::default();
    *response.status_mut() = status;
    response
}
