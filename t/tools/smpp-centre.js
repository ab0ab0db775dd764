// A short-message centre for t/flow/smpp.t.  The last digit of the number says
// what becomes of a text; a line for each submit goes to standard output.
//
//     NODE_PATH=$(t/tools/smpp) node t/tools/smpp-centre.js PORT

const smpp = require('smpp');
const times = {};
let serial = 0;

function receipt(session, pdu, id, stat) {
    session.deliver_sm({
        source_addr: pdu.destination_addr,
        destination_addr: pdu.source_addr,
        esm_class: 4,
        short_message: `id:${id} sub:001 dlvrd:001 submit date:2611230000 ` +
                       `done date:2611230000 stat:${stat} err:000 text:`,
    });
}

const server = smpp.createServer((session) => {
    session.on('error', () => {});
    session.on('bind_transceiver', (pdu) => session.send(pdu.response()));
    session.on('enquire_link', (pdu) => session.send(pdu.response()));
    session.on('unbind', (pdu) => {
        session.send(pdu.response());
        session.close();
    });

    session.on('submit_sm', (pdu) => {
        const to = pdu.destination_addr;
        const id = String(++serial);
        const what = to.slice(-1);
        const udh = pdu.short_message.udh ? 1 : 0;

        times[to] = (times[to] || 0) + 1;
        console.log(JSON.stringify({
            to, times: times[to], coding: pdu.data_coding,
            ton: pdu.dest_addr_ton, npi: pdu.dest_addr_npi,
            registered: pdu.registered_delivery, udh,
            validity: pdu.validity_period ? 1 : 0,
            text: pdu.short_message.message.toString(),
        }));

        if (what === '2' && times[to] === 1) {           // throttled, once
            session.send(pdu.response({ command_status: 0x58 }));
        } else if (what === '3') {                       // refused
            session.send(pdu.response({ command_status: 0x45 }));
        } else if (what === '4' && times[to] === 1) {    // the line breaks
            session.socket.destroy();
        } else {
            session.send(pdu.response({ message_id: id }));

            if (pdu.registered_delivery & 1) {
                receipt(session, pdu, id, what === '5' ? 'UNDELIV' : 'DELIVRD');
            }
        }
    });
});

server.listen(Number(process.argv[2]), '127.0.0.1', () => console.log('{}'));
