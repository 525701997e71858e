// Put into every page of the tests before its own scripts: keeps what they hide, and listens.
(() => {
  const Native = window.RTCPeerConnection;
  const connections = [];
  window.RTCPeerConnection = class extends Native {
    constructor(...args) {
      super(...args);
      connections.push(this);
    }
  };
  const ears = new WeakMap();
  const context = () => (window.testContext ??= new AudioContext());

  function earOf(audio) {
    const stream = audio.srcObject;
    if (!stream || stream.getAudioTracks().length === 0) return null;
    let ear = ears.get(stream);
    if (!ear) {
      ear = context().createAnalyser();
      ear.fftSize = 16384;
      context().createMediaStreamSource(stream).connect(ear);
      ears.set(stream, ear);
    }
    return ear;
  }

  // Goertzel's algorithm: the share of a frequency in all that is heard, 0..1.
  function shareOf(samples, hertz, rate) {
    const factor = 2 * Math.cos((2 * Math.PI * hertz) / rate);
    let last = 0, before = 0, energy = 0;
    for (const sample of samples) {
      [last, before] = [sample + factor * last - before, last];
      energy += sample * sample;
    }
    const power = last * last + before * before - factor * last * before;
    return energy > 1e-6 * samples.length ? power / ((energy * samples.length) / 2) : 0;
  }

  window.testSound = {
    heard(selector, tones) {
      const audio = document.querySelector(selector);
      const ear = audio && earOf(audio);
      void context().resume();
      if (!ear || audio.paused) return tones.map(() => 0);
      const samples = new Float32Array(ear.fftSize);
      ear.getFloatTimeDomainData(samples);
      return tones.map((hertz) => shareOf(samples, hertz, context().sampleRate));
    },
    async packets() {
      const found = { sent: 0, received: 0, lost: 0 };
      for (const connection of connections) {
        if (connection.connectionState !== "connected") continue;
        for (const one of (await connection.getStats()).values()) {
          if (one.type === "outbound-rtp") found.sent += one.packetsSent;
          if (one.type === "inbound-rtp") { found.received += one.packetsReceived; found.lost += one.packetsLost; }
        }
      }
      return found;
    },
  };
})();
