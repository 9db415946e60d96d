//! A mail server (RFC 5321, 3207 and 4954) for one session, with a certificate of its own.

use std::sync::{Arc, Mutex};

use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// Base64 of `\0ebb\0right`, the response of AUTH PLAIN (RFC 4616).
const RIGHT_LOGIN: &str = "AUTH PLAIN AGViYgByaWdodA==";

/// Encryption that the server offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offer {
    Starttls,
    Implicit,
    Nothing,
}

/// A server, and what it received.
pub struct MailServer {
    pub port: String,
    /// Path of the certificate in PEM.
    pub ca_file: String,
    lines: Arc<Mutex<Vec<String>>>,
}

impl MailServer {
    pub async fn start(name: &str, offer: Offer) -> Self {
        let own = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
        let ca_file = format!("{}/{name}.pem", env!("CARGO_TARGET_TMPDIR"));
        std::fs::write(&ca_file, own.cert.pem()).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(own.signing_key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![own.cert.der().clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port().to_string();
        let lines = Arc::new(Mutex::new(Vec::new()));
        let received = Arc::clone(&lines);
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            if offer != Offer::Implicit {
                let is_upgraded = serve(&mut stream, &received, offer, true).await;
                if !is_upgraded {
                    return;
                }
            }
            if let Ok(mut stream) = acceptor.accept(stream).await {
                received.lock().unwrap().push("(TLS)".to_owned());
                serve(&mut stream, &received, Offer::Nothing, offer == Offer::Implicit).await;
            }
        });
        Self { port, ca_file, lines }
    }

    /// Returns the lines that the server received, with `(TLS)` where the encryption began.
    pub fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }
}

/// Serves a connection. Returns true if the client asked for TLS.
async fn serve(
    stream: &mut (impl AsyncRead + AsyncWrite + Unpin),
    received: &Mutex<Vec<String>>,
    offer: Offer,
    greets: bool,
) -> bool {
    let mut stream = BufReader::new(stream);
    if greets {
        stream.write_all(b"220 localhost ready\r\n").await.unwrap();
    }
    let mut is_data = false;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.unwrap_or(0) == 0 {
            return false;
        }
        let line = line.trim_end().to_owned();
        received.lock().unwrap().push(line.clone());
        let answer = match line.split(' ').next().unwrap_or_default() {
            _ if is_data => {
                is_data = line != ".";
                if is_data {
                    continue;
                }
                "250 queued"
            }
            "EHLO" if offer == Offer::Starttls => "250-localhost\r\n250 STARTTLS",
            "EHLO" => "250-localhost\r\n250 AUTH PLAIN",
            "STARTTLS" => "220 go ahead",
            "AUTH" if line == RIGHT_LOGIN => "235 welcome",
            "AUTH" => "535 5.7.8 wrong password",
            "DATA" => {
                is_data = true;
                "354 end with ."
            }
            "QUIT" => "221 bye",
            _ => "250 ok",
        };
        stream.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
        stream.flush().await.unwrap();
        if line == "STARTTLS" {
            return true;
        }
    }
}
