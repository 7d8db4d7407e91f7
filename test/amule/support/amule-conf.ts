/** What amulecmd shows to the daemon it commands. */
export const EC_PASSWORD = 'secret'
/** Its MD5, as the daemon keeps it. */
const EC_PASSWORD_MD5 = '5ebe2294ecd0e0f08eab7690d2a6ee69'

/** The same in every name space: each has all ports to itself. */
export const AMULE_PORTS = { tcp: 4662, udp: 4672, ec: 4712 } as const

/**
 * Kilobytes a second, of 16 bits in aMule. Without a number it begins at 5 and grows slowly; so fast that it never waits, and the
 * receiver's speed decides.
 */
const MAX_UPLOAD_KBPS = 60_000

/**
 * The configuration of an aMule that knows nobody: no server, no address to ask for one, Kad alone, no obfuscation, nothing asked of the
 * Internet.
 *
 * @param folder absolute
 */
export function amuleConf(folder: string): string {
  return `[eMule]
Nick=test
Port=${AMULE_PORTS.tcp}
UDPPort=${AMULE_PORTS.udp}
UDPEnable=1
Address=
Autoconnect=1
ConnectToED2K=0
ConnectToKad=1
Reconnect=0
Serverlist=0
AddServerListFromServer=0
AddServerListFromClient=0
UPnPEnabled=0
NewVersionCheck=0
GeoIPEnabled=0
KadNodesUrl=
Ed2kServersUrl=
MaxUpload=${MAX_UPLOAD_KBPS}
MaxDownload=0
SlotAllocation=1000
QueueSizePref=50
MaxConnections=500
MaxConnectionsPerFiveSeconds=50
TempDir=${folder}/Temp
IncomingDir=${folder}/Incoming
OSDirectory=${folder}/
ICH=1
CheckDiskspace=0
FilterLanIPs=0
ParanoidFiltering=0
IPFilterAutoLoad=0
IPFilterSystem=0
[ExternalConnect]
AcceptExternalConnections=1
ECAddress=
ECPort=${AMULE_PORTS.ec}
ECPassword=${EC_PASSWORD_MD5}
IpFilterClients=0
IpFilterServers=0
UseSecIdent=1
[Obfuscation]
IsClientCryptLayerSupported=0
IsCryptLayerRequested=0
IsClientCryptLayerRequired=0
[WebServer]
Enabled=0
`
}
