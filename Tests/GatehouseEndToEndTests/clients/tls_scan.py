"""Scans the gateway's TLS with sslyze, against Mozilla's intermediate profile and a little more. Ends with 0 when nothing was found.

The development authority is given to the scanner, so that its check of the certificate chain is part of the scan; nothing is left out.
"""

import os
import ssl
import sys
from pathlib import Path
from urllib.parse import urlsplit

try:
    import sslyze
except ImportError:
    sys.exit("sslyze is not installed: python3 -m pip install sslyze")
from sslyze.mozilla_tls_profile import tls_config_checker as profile

address = urlsplit(os.environ["GATEHOUSE_URL"])
AUTHORITY = Path("certs/dev-ca.pem").absolute()
found = []


def scan():
    commands = profile.SCAN_COMMANDS_NEEDED_BY_MOZILLA_CHECKER | {sslyze.ScanCommand.TLS_1_3_EARLY_DATA}
    scanner = sslyze.Scanner(per_server_concurrent_connections_limit=3)
    request = sslyze.ServerScanRequest(
        server_location=sslyze.ServerNetworkLocation(hostname=address.hostname, port=address.port),
        scan_commands=commands,
        scan_commands_extra_arguments=sslyze.ScanCommandsExtraArguments(
            certificate_info=sslyze.CertificateInfoExtraArgument(custom_ca_file=AUTHORITY)
        ),
    )
    scanner.queue_scans([request])
    (result,) = scanner.get_results()
    return result


def offer(protocols, version=ssl.TLSVersion.TLSv1_2):
    """The application protocol that is agreed on."""
    import socket

    context = ssl.create_default_context(cafile=str(AUTHORITY))
    context.minimum_version = version
    context.set_alpn_protocols(protocols)
    with socket.create_connection((address.hostname, address.port), timeout=10) as raw:
        with context.wrap_socket(raw, server_hostname=address.hostname) as wrapped:
            return wrapped.selected_alpn_protocol()


result = scan()
try:
    profile.check_server_against_tls_configuration(
        server_scan_result=result,
        tls_config_to_check_against=profile.MozillaTlsConfiguration.get(profile.TlsConfigurationEnum.MOZILLA_INTERMEDIATE),
    )
except profile.ServerNotCompliantWithTlsConfiguration as problem:
    found += [f"{name}: {text}" for name, text in problem.issues.items()]

scans = result.scan_result
for name in ["ssl_2_0", "ssl_3_0", "tls_1_0", "tls_1_1"]:
    if getattr(scans, f"{name}_cipher_suites").result.is_tls_version_supported:
        found.append(f"{name} is spoken")
for name in ["tls_1_2", "tls_1_3"]:
    if not getattr(scans, f"{name}_cipher_suites").result.is_tls_version_supported:
        found.append(f"{name} is not spoken")
if scans.tls_compression.result.supports_compression:
    found.append("TLS compression")
if scans.session_renegotiation.result.is_vulnerable_to_client_renegotiation_dos:
    found.append("a client may renegotiate")
if scans.tls_1_3_early_data.result.supports_early_data:
    found.append("early data is taken, which can be replayed")

if (agreed := offer(["h2", "http/1.1"])) != "http/1.1":
    found.append(f"of h2 and http/1.1, {agreed} was chosen")
try:
    found.append(f"h2 alone came to {offer(['h2'])}")
except ssl.SSLError:
    pass

for problem in found:
    print(problem, file=sys.stderr)
sys.exit(1 if found else 0)
