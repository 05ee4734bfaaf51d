//! A gateway at home, whose certificate is signed by a CA of its own.

use std::sync::Arc;

use testing::{Stage, running};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::program::run;

const CA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/all/bot/tls/ca.pem");
// Of nothing but this test.
const SERVER: &[u8] = include_bytes!("tls/server.pem");
const KEY: &[u8] = include_bytes!("tls/server.key");

/// A gateway for `localhost` on this port, which knows every task.
async fn gateway() -> u16 {
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(SERVER).unwrap()],
            PrivateKeyDer::from_pem_slice(KEY).unwrap(),
        )
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            // A client that trusts nobody here leaves at once.
            let Ok(mut stream) = acceptor.accept(stream).await else {
                continue;
            };
            let _ = stream.read(&mut [0; 4096]).await;
            let body = running("grok:1");
            let head =
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n";
            let _ = stream.write_all(format!("{head}{body}").as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    });
    port
}

#[tokio::test]
async fn a_gateway_with_its_own_ca_is_trusted_by_ssl_cert_file() {
    let stage = Stage::new().await;
    let port = gateway().await;
    let mut variables = stage.variables();
    variables.insert("VIDEO_API_URL", format!("https://localhost:{port}"));
    let doctor = run(&stage, &["doctor"], &variables).await;
    let advice = "SSL_CERT_FILE to a file with that CA's certificate";
    assert!(doctor.out.contains(advice), "{doctor:?}");
    variables.insert("SSL_CERT_FILE", CA.into());
    let asked = run(&stage, &["query", "grok:1"], &variables).await;
    assert!(asked.out.contains("running"), "{asked:?}");
    // By another name the certificate is another's.
    variables.insert("VIDEO_API_URL", format!("https://127.0.0.1:{port}"));
    let doctor = run(&stage, &["doctor"], &variables).await;
    assert!(doctor.out.contains("is for another name"), "{doctor:?}");
    for (file, words) in [
        ("none.pem", "cannot be read"),
        ("empty.pem", "no certificate"),
    ] {
        let path = stage.folder().join(file);
        if file == "empty.pem" {
            std::fs::write(&path, "").unwrap();
        }
        variables.insert("SSL_CERT_FILE", path.display().to_string());
        let doctor = run(&stage, &["doctor"], &variables).await;
        assert!(doctor.out.contains("✗ certificates"), "{doctor:?}");
        assert!(doctor.out.contains(words), "{words}: {doctor:?}");
    }
}
