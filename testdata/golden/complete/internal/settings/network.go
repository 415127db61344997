package settings

import (
	"bytes"
	"fmt"
	"net/netip"
)

// Network is an address or a range, as in "10.0.0.1" or "10.0.0.0/8".
type Network struct{ netip.Prefix }

// UnmarshalText reads a network, of a list that may have blanks after its
// commas.
func (n *Network) UnmarshalText(text []byte) error {
	text = bytes.TrimSpace(text)
	if addr, err := netip.ParseAddr(string(text)); err == nil {
		addr = addr.Unmap() // As the addresses of clients are.
		n.Prefix = netip.PrefixFrom(addr, addr.BitLen())
		return nil
	}
	prefix, err := netip.ParsePrefix(string(text))
	if err != nil {
		return fmt.Errorf("%q is neither an address nor a range like 10.0.0.0/8", text)
	}
	n.Prefix = prefix.Masked()
	return nil
}

// Proxies gives the trusted networks.
func (s Settings) Proxies() []netip.Prefix {
	proxies := make([]netip.Prefix, len(s.TrustedProxies))
	for i, network := range s.TrustedProxies {
		proxies[i] = network.Prefix
	}
	return proxies
}
