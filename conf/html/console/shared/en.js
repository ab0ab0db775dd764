// What all consoles say, in English.

export default {
    'frame.lock': 'Lock',
    'table.acts': 'Actions',
    'table.count': '{n} of {all} rows',
    'table.countMore': '{n} of {all} rows, more to load',
    'table.csv': 'Save as CSV',
    'table.currency': 'Currency',
    'table.filter': 'Filter',
    'table.noneShown': 'No row matches the filter',
};
