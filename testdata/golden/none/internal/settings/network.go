package settings

import (
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

// Network is an address or a range, as in "10.0.0.1" or "10.0.0.0/8".
type Network struct{ netip.Prefix }

// UnmarshalText reads a network, of a list that may have blanks after its
// commas.
func (n *Network) UnmarshalText(text []byte) error {
	value := strings.TrimSpace(string(text))
	if addr, err := netip.ParseAddr(value); err == nil {
		addr = addr.Unmap() // As the addresses of clients are.
		n.Prefix = netip.PrefixFrom(addr, addr.BitLen())
		return nil
	}
	prefix, err := netip.ParsePrefix(value)
	if err != nil {
		return &allowedError{"addresses or ranges such as 10.0.0.0/8, separated by commas"}
	}
	n.Prefix = prefix.Masked()
	return nil
}

// Proxies returns the trusted networks.
func (s Settings) Proxies() []netip.Prefix {
	proxies := make([]netip.Prefix, len(s.TrustedProxies))
	for i, network := range s.TrustedProxies {
		proxies[i] = network.Prefix
	}
	return proxies
}

// checkProxies refuses ranges in which clients are, too: anyone there could
// choose the address that limits and locks count by.
func (c *check) checkProxies(proxies []Network, development bool) {
	for _, proxy := range proxies {
		least := 8 // as in 10.0.0.0/8
		if proxy.Addr().Is6() {
			least = 7 // as in fc00::/7
		}
		if proxy.Bits() < least && !development {
			c.add("TRUSTED_PROXIES", "TRUSTED_PROXIES %q would let every client choose its address: name the proxies only", proxy)
		}
	}
}

var hostName = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*\.?$`)

// isHost reports whether host is an address, or a name that may be one's.
func isHost(host string) bool {
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	return len(host) <= 253 && hostName.MatchString(host) && strings.Trim(host, "0123456789.") != ""
}

// portNumber understands a port that is written with more than its digits:
// ":8000", and "tcp://10.0.0.1:8000", which Kubernetes sets for a service.
func portNumber(value string) string {
	if link, ok := strings.CutPrefix(value, "tcp://"); ok {
		if u, err := url.Parse("tcp://" + link); err == nil && u.Port() != "" {
			return u.Port()
		}
	}
	return strings.TrimPrefix(value, ":")
}

// takePort returns a host without the port behind it, and sets that as the port
// unless another one is set.
func (c *check) takePort(hostSetting, portSetting, host, allowed string) string {
	name, port, err := net.SplitHostPort(host)
	if err != nil {
		return host
	}
	set := c.values[portSetting]
	switch _, err := strconv.ParseUint(port, 10, 16); {
	case port == "":
	case err != nil:
		c.refuse(hostSetting, allowed)
	case set != "" && set != port:
		c.add(hostSetting, "%s %.100q and %s %.100q name two ports: name it in %s alone", hostSetting, c.values[hostSetting], portSetting, set, portSetting)
	default:
		c.values[portSetting] = port
	}
	return name
}
